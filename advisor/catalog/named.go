package catalog

// ModelNamed finds the id of the model that a name means, as a server or a label writes it.
func (c *Catalog) ModelNamed(name string) (id string, ok bool) {
	m, err := c.ResolveModel(name)
	return m.ID, err == nil
}

// AcceleratorNamed finds the id of the accelerator that a name means.
func (c *Catalog) AcceleratorNamed(name string) (id string, ok bool) {
	a, _, err := c.ResolveAccelerator(name)
	return a.ID, err == nil
}
