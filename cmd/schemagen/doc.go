// Command schemagen writes the JSON Schemas of plan, fleet and rule files into the folder named by
// its argument. It is run by go generate; the result is committed and embedded.
//
// In: the trait table of package workload, the facts of package fact and the principles of package rules,
// the single sources of what the files may say. Out: plan.schema.json.gz, fleet.schema.json.gz and
// rule.schema.json.gz (JSON Schema, draft 2020-12).
package main
