package gate

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"sync"

	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/prom"
)

// Loads give the load of objects whose manifests do not state it: from a file, or from the metrics of the
// running service. They are safe for concurrent use; metrics are read for one object at a time.
type Loads struct {
	Said    plan.Loads                                     // from a file
	Source  string                                         // the source of metrics, as messages name it
	Observe func(prom.Selector) (*prom.Observation, error) // reads metrics; nil where there are none
	mutex   sync.Mutex                                     // guards what follows
	met     map[string]bool                                // keys of Said of which an object was seen
	seen    map[plan.Reference]*prom.Observation           // nil for an object of which nothing is shown
	failed  error                                          // of Observe: it is not asked again
}

// Of returns a document with the stated load of its object, or with the load that the metrics show where
// none is stated. Where they show none either, or cannot be read, the document says why it is not judged.
func (l *Loads) Of(d plan.Document) (plan.Document, *prom.Observation) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	d, key := l.Said.Apply(d)
	if key != "" {
		if l.met == nil {
			l.met = map[string]bool{}
		}
		l.met[key] = true
	}
	if l.Observe == nil || d.Object == nil || d.Object.Accelerators == 0 || d.Says("qps", "users", "replica_qps") {
		return d, nil
	}
	seen := l.observe(d.Object)
	if why := l.untold(d.Object, seen); why != "" {
		return d.Untold("its load is not stated, and " + why), nil
	}
	return d.Known(seen.Traits), seen
}

// untold is why metrics do not tell the load of an object; "" where they do.
func (l *Loads) untold(o *plan.Object, seen *prom.Observation) string {
	switch {
	case l.failed != nil:
		return "the metrics could not be read"
	case seen == nil || seen.NoLoad:
		return fmt.Sprintf("%s shows no requests of %s", l.Source, selectorOf(o))
	case !shows(seen, "qps"):
		for _, u := range seen.Unknown {
			if u.Trait == "qps" {
				return fmt.Sprintf("%s does not tell it: %s", l.Source, u.Why)
			}
		}
		return l.Source + " does not tell it"
	}
	return ""
}

// Failed returns why metrics could not be read; nil where they could.
func (l *Loads) Failed() error { return l.failed }

// Unused returns the names in the file of loads that match no object.
func (l *Loads) Unused() []string { return l.Said.Unused(l.met) }

// observe reads the metrics of an object, once; nil where there are none of it.
func (l *Loads) observe(o *plan.Object) *prom.Observation {
	key := plan.Reference{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name}
	seen, known := l.seen[key]
	if known || l.failed != nil {
		return seen
	}
	pods, err := prom.ParseSelector(selectorOf(o))
	if err == nil {
		seen, err = l.Observe(pods)
	}
	var none *prom.NoData
	if err != nil && !errors.As(err, &none) {
		l.failed = err
	}
	if l.seen == nil {
		l.seen = map[plan.Reference]*prom.Observation{}
	}
	l.seen[key] = seen
	return seen
}

func shows(o *prom.Observation, trait string) bool { _, ok := o.Traits[trait]; return ok }

// behind is what stands behind an object's name in the names of its pods.
var behind = map[string]string{"Deployment": "-[a-z0-9]+-[a-z0-9]+", "ReplicaSet": "-[a-z0-9]+", "StatefulSet": "-[0-9]+", "Pod": ""}

// selectorOf selects the series of an object's pods.
func selectorOf(o *plan.Object) string {
	end, ok := behind[o.Kind]
	if !ok {
		end = "-.*"
	}
	pods := "pod=~" + strconv.Quote(regexp.QuoteMeta(o.Name)+end)
	if o.Namespace == "" {
		return pods
	}
	return "namespace=" + strconv.Quote(o.Namespace) + "," + pods
}
