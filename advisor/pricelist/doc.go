// Package pricelist reads the price lists that clouds publish: the bulk price list of AWS (JSON, CSV,
// and what its query API prints), the pages of Azure's Retail Prices API, the SKUs of Google's
// Cloud Billing Catalog, and the catalog files of SkyPilot.
//
// In: a stream, recognized by its content, and the catalog, which knows each machine type. Out:
// prices by cloud, machine type and region, on demand, spot, and committed for one year and three;
// and Merge, which puts them over the catalog's rows and says what changed. Lists are read as
// streams: what is kept is the prices of machine types that the catalog knows, or whose accelerator
// it knows. An error names the place; then nothing of the list is used.
package pricelist
