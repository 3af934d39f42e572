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

// Columns are the columns of the file that rows of a kind are read from.
func Columns[T Row]() []string { return schemaOf[T]().names() }

// Cells is a row as its file writes it, in the order of Columns: what is read back is the row.
func Cells[T Row](row T) []string {
	s := schemaOf[T]()
	cells := make([]string, len(s.columns))
	for i, c := range s.columns {
		cells[i] = c.get(&row)
	}
	return cells
}
