package fleet

// Room returns how many more replicas of a part fit on machines in use, and on those that stocks, quotas and
// the budget still allow; need returns what a replica of a placement takes.
func Room(p *Problem, hosts []Host, need func(Placement) Need, part Part) int {
	m := &p.Machines[part.Machine]
	it := item{service: Dropped, replicas: Unlimited, cap: part.Cap, need: part.Need}
	n, cost := 0, 0.0
	used, quota := make([]int, len(m.Stocks)), make([]int, len(p.Quotas))
	for _, h := range hosts {
		stock := p.Machines[h.Machine].Stocks[h.Stock]
		cost += stock.USD
		if stock.Quota >= 0 {
			quota[stock.Quota] += int(p.Machines[h.Machine].Cards)
		}
		if h.Machine != part.Machine {
			continue
		}
		used[h.Stock]++
		b := bin{cards: m.Cards, memory: m.Memory}
		for _, at := range h.Placed {
			b.put(item{need: need(at)}, at.Replicas)
		}
		n += b.rooms(m, it, part.Cap)
	}
	fresh := bin{cards: m.Cards, memory: m.Memory}
	each := fresh.rooms(m, it, part.Cap)
	for i, s := range m.Stocks {
		more := s.Most - used[i]
		if s.Quota >= 0 && m.Cards > 0 {
			more = min(more, (p.Quotas[s.Quota].Most-quota[s.Quota])/int(m.Cards))
		}
		if p.Budget > 0 && s.USD > 0 {
			more = min(more, int((p.Budget-cost)/s.USD))
		}
		n += max(0, min(more, part.Replicas)) * each
	}
	return n
}
