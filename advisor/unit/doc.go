// Package unit reads and writes quantities with their units.
//
// In: text as a person writes it on a command line or in a plan file ("120/s",
// "8%/month", "40GB/day", "85ms", "800..1200/s", "1000±20%"). Out: numbers in
// base units, each kind with its own (see Kind), and the way back to text.
//
// What is not a quantity is refused with an *Error that says what was read, what
// was expected and an example. NaN, infinities, hexadecimal numbers, values
// beyond any real system and, except for growth, negative values never leave
// this package.
//
// Conventions: a month is 730 h, as clouds bill, and a year twelve of them; kB,
// MB, GB are decimal and KiB, MiB, GiB binary (IEC 80000-13); growth is
// compounded to a fraction per month, (1+g)^(month/period) − 1; suffixes k, M,
// G, T are SI multipliers.
package unit
