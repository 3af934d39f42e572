package unit

// Kind is the quantity that a trait measures; it determines the base unit and how text is read.
type Kind int

// The kinds. Base units: rates per second, durations seconds, sizes bytes, money US dollars.
const (
	Text       Kind = iota + 1 // a word, as written
	List                       // words separated by commas
	Count                      // a whole number
	Number                     // dimensionless
	Fraction                   // 0..1; "99.9%" or "0.999"
	Rate                       // 1/s; "120/s", "20/day"
	Duration                   // s; "85ms", "6h", "365d", "6mo"
	Growth                     // compound fraction per month; "8%/month"
	Bytes                      // B; "2TB", "40GiB"
	ByteRate                   // B/s; "40GB/day", "120MB/s"
	Money                      // USD/month; "20000/month", "20000 USD/month"
	Burstiness                 // index of dispersion with its window; "1.4@1s"
	Tokens                     // tokens; "1024" or "p50/p90/p99"
)

// Interval is a quantity in base units with its range; an exact value has Low == Mid == High.
type Interval struct{ Mid, Low, High float64 }

// Exact returns the interval that holds one value.
func Exact(v float64) Interval { return Interval{v, v, v} }

// IsExact reports whether the interval holds one value only.
func (i Interval) IsExact() bool { return i.Low == i.High }
