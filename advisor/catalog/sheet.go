package catalog

// Row is a row of a table that the user's folder may also hold.
type Row interface {
	Accelerator | Instance | Machine | Model | Measurement | Optimization
}

// schemaOf is the schema of a kind of row.
func schemaOf[T Row]() *schema[T] {
	for _, known := range []any{&acceleratorSchema, &instanceSchema, &machineSchema, &modelSchema, &measurementSchema, &optimizationSchema} {
		if s, ok := known.(*schema[T]); ok {
			return s
		}
	}
	panic("a kind of row without a schema")
}

// Columns returns the columns of the file that rows of a kind are read from.
func Columns[T Row]() []string { return schemaOf[T]().names() }

// Cells returns a row as its file has it, in the order of Columns. Reading it back gives the same row.
func Cells[T Row](row T) []string {
	s := schemaOf[T]()
	cells := make([]string, len(s.columns))
	for i, c := range s.columns {
		cells[i] = c.get(&row)
	}
	return cells
}
