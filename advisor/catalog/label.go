package catalog

import (
	"encoding/csv"
	"strconv"
	"strings"
	"sync"
)

// NodeLabel is the accelerator of a cluster's node, told by the value of a label.
type NodeLabel struct {
	Label, Value string
	MemoryMiB    int
	Accelerator  string  // id
	Fraction     float64 // share of one, where the machine has only a part
}

// NodeLabels lists what a value of a node label may stand for: more than one row where the value alone is
// ambiguous; none where it is one of the accelerator's spellings, or unknown. EKS writes Karpenter's labels
// under its own name.
func NodeLabels(label, value string) []NodeLabel {
	if rest, ok := strings.CutPrefix(label, "eks.amazonaws.com/"); ok {
		label = "karpenter.k8s.aws/" + rest
	}
	return nodeLabels()[label+"="+strings.ToLower(value)]
}

var nodeLabels = sync.OnceValue(func() map[string][]NodeLabel {
	all := map[string][]NodeLabel{}
	records, _ := csv.NewReader(strings.NewReader(nodeLabelsCSV)).ReadAll() // a test reads every row
	for _, r := range records[min(len(records), 1):] {
		memory, _ := strconv.Atoi(r[2])
		fraction, _ := strconv.ParseFloat(r[4], 64)
		row := NodeLabel{r[0], r[1], memory, r[3], fraction}
		all[row.Label+"="+row.Value] = append(all[row.Label+"="+row.Value], row)
	}
	return all
})

// NodeLabelOf returns the value of a node label by which nodes carry whole accelerators of one
// kind and no others; "" where there is none.
func NodeLabelOf(label, accelerator string) string {
	var found string
	for _, rows := range nodeLabels() {
		if rows[0].Label != label || len(rows) != 1 || rows[0].Accelerator != accelerator || rows[0].Fraction < 1 {
			continue
		}
		if value := rows[0].Value; found == "" || value < found {
			found = value
		}
	}
	return found
}
