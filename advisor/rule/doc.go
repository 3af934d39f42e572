// Package rule is the engine that turns facts into findings. It loads rule files, rejects faults in them,
// evaluates their conditions and words the findings. It names no rule.
//
// In: rule files as text (Source), the ids of the principles that they may cite, and at
// evaluation the facts of one decision, named as in Facts. Out: a Set, and from it the rules
// that Fired, in the order in which their files were given, each with its message, its
// evidence and the values that made it fire. The package reads no file and keeps no state.
//
// # Conditions
//
// A condition is an expression of CEL (https://cel.dev) over facts: and, or, not, a choice
// (c ? a : b), comparisons, in, size, contains, startsWith, endsWith, all and exists over a
// list, and + - * / where a comparison needs one, as in
// "demand.plan_qps > 0.8 * plan.capacity_qps". Anything longer belongs in a fact:
// mathematics is done before the rules run, rules compare and word. Three things differ from
// plain CEL, so that a condition means what it looks like:
//
//   - whole and fractional numbers mix: "plan.cost_usd_per_month == 0" compares, a quotient is
//     never truncated;
//   - a division by zero is an error that names the rule, not infinity;
//   - quantities carry units: comparing or adding facts of different units is refused when the
//     file is loaded. A number as written fits every unit. A product or quotient with a plain
//     number or a fraction keeps the unit; otherwise units multiply and divide, so that
//     USD/month × month is USD.
//
// Conditions are pure and bounded: length, nesting and worst-case cost are checked when a file
// is loaded, and evaluation stops at a cost limit and with its context.
//
// # Two kinds of rules
//
// Ordinary rules judge the outcome. A rule with "blocks: candidate" excludes a candidate before the choice
// is made; only such rules may read the candidate's own facts. A condition may read only facts that are
// known at all stages of its rule (Fact.At).
//
// A check compares no strategies and chooses nothing: the plan it judges is the deployment that was
// declared.
//
// # Seals
//
// Reading YAML and checking CEL would take most of the time of a short run, so a program that embeds its
// rules may embed a seal of them as well (Seal, Unseal). A seal is valid only for the very files,
// principles, facts and bounds that it was made from.
package rule
