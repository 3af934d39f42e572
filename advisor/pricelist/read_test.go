package pricelist

import (
	"context"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"scaleadvise/advisor/catalog"
)

func shipped(t testing.TB) *catalog.Catalog {
	t.Helper()
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// file is a price list of a text.
func file(name, text string) File {
	return File{name, func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
}

// read is what some files say, by type, region and list.
func read(t *testing.T, files ...File) (map[string]float64, []*List) {
	t.Helper()
	lists, err := Read(context.Background(), files, shipped(t))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, l := range lists {
		for _, p := range l.Prices {
			for name, usd := range map[string]float64{"": p.OnDemand, " spot": p.Spot, " 1y": p.OneYear, " 3y": p.ThreeYear} {
				if usd > 0 {
					got[p.Cloud+" "+p.Type+" "+p.Region+name] = usd
				}
			}
		}
	}
	return got, lists
}

func want(t *testing.T, got, want map[string]float64) {
	t.Helper()
	for name, usd := range want {
		if math.Abs(got[name]-usd) > 1e-9 {
			t.Errorf("%s: %v, want %v", name, got[name], usd)
		}
	}
	for name, usd := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s: %v, want none", name, usd)
		}
	}
}

// product is a product of the AWS list; more are attributes over the usual ones.
func product(sku, kind, region, more string) string {
	return fmt.Sprintf(`%q:{"sku":%q,"productFamily":"Compute Instance","attributes":{"instanceType":%q,"regionCode":%q,"operatingSystem":"Linux","tenancy":"Shared","preInstalledSw":"NA","capacitystatus":"Used","gpu":"1"%s}}`, sku, sku, kind, region, more)
}

func offered(sku, usd string) string {
	return fmt.Sprintf(`%q:{"%s.T":{"offerTermCode":"T","sku":%q,"priceDimensions":{"%s.T.R":{"unit":"Hrs","pricePerUnit":{%s}}},"termAttributes":{}}}`, sku, sku, sku, sku, usd)
}

func awsDocument(products, demand, reserved string) string {
	return `{"formatVersion":"v1.0","disclaimer":"x \"y\" {[","offerCode":"AmazonEC2","version":"1","publicationDate":"2026-01-01T00:00:00Z","products":{` + products +
		`},"terms":{"OnDemand":{` + demand + `},"Reserved":{` + reserved + `}}}`
}

var reserved = `"A":{"A.1":{"priceDimensions":{"A.1.R":{"unit":"Hrs","pricePerUnit":{"USD":"0.8"}}},"termAttributes":{"LeaseContractLength":"1yr","OfferingClass":"standard","PurchaseOption":"No Upfront"}},` +
	`"A.2":{"priceDimensions":{"A.2.R":{"unit":"Hrs","pricePerUnit":{"USD":"0.1"}},"A.2.F":{"unit":"Quantity","pricePerUnit":{"USD":"876"}}},"termAttributes":{"LeaseContractLength":"1yr","OfferingClass":"standard","PurchaseOption":"Partial Upfront"}},` +
	`"A.3":{"priceDimensions":{"A.3.R":{"unit":"Hrs","pricePerUnit":{"USD":"0"}},"A.3.F":{"unit":"Quantity","pricePerUnit":{"USD":"13140"}}},"termAttributes":{"LeaseContractLength":"3yr","OfferingClass":"standard","PurchaseOption":"All Upfront"}},` +
	`"A.4":{"priceDimensions":{"A.4.R":{"unit":"Hrs","pricePerUnit":{"USD":"0.2"}}},"termAttributes":{"LeaseContractLength":"3yr","OfferingClass":"convertible","PurchaseOption":"No Upfront"}}}`

// TestAWS: one price a machine type, of the plain Linux machine; a reservation without a fee before
// one with, whose fee is spread over its hours.
func TestAWS(t *testing.T) {
	products := strings.Join([]string{
		product("A", "g6e.xlarge", "xx-east-1", ""), product("B", "g6e.xlarge", "xx-west-2", `,"marketoption":"OnDemand","usagetype":"USW2-BoxUsage:g6e.xlarge"`),
		product("W", "g6e.xlarge", "xx-east-1", `,"operatingSystem":"Windows"`), product("S", "g6e.xlarge", "xx-east-1", `,"preInstalledSw":"SQL Std"`),
		product("R", "g6e.xlarge", "xx-east-1", `,"capacitystatus":"UnusedCapacityReservation"`), product("U", "g6e.xlarge", "xx-east-1", `,"usagetype":"Reservation:g6e.xlarge"`),
		product("N", "g9.xlarge", "xx-east-1", ""),
	}, ",")
	demand := strings.Join([]string{
		offered("A", `"USD":"1.2300000000"`), offered("B", `"USD":"1.5"`), offered("W", `"USD":"9"`), offered("S", `"USD":"8"`), offered("R", `"USD":"0"`), offered("U", `"USD":"7"`), offered("N", `"USD":"3"`),
	}, ",")
	got, lists := read(t, file("index.json", awsDocument(products, demand, reserved)))
	wanted := map[string]float64{"aws g6e.xlarge xx-east-1": 1.23, "aws g6e.xlarge xx-west-2": 1.5, "aws g6e.xlarge xx-east-1 1y": 0.8, "aws g6e.xlarge xx-east-1 3y": 0.5}
	want(t, got, wanted)
	if l := lists[0]; l.AsOf != "2026-01-01" || len(l.Left) != 1 || l.Left[0] != "g9.xlarge" {
		t.Errorf("%+v", l)
	}
	const head = `"FormatVersion","v1.0"
"Disclaimer","…"
"Publication Date","2026-01-01T00:00:00Z"
"Version","1"
"OfferCode","AmazonEC2"
"SKU","OfferTermCode","RateCode","TermType","Unit","PricePerUnit","Currency","LeaseContractLength","PurchaseOption","OfferingClass","Product Family","Instance Type","Tenancy","Operating System","CapacityStatus","GPU","Pre Installed S/W","Region Code"
`
	const rows = `"A","T","A.T","OnDemand","Hrs","1.23","USD","","","","Compute Instance","g6e.xlarge","Shared","Linux","Used","1","NA","xx-east-1"
"A","1","A.1","Reserved","Hrs","0.8","USD","1yr","No Upfront","standard","Compute Instance","g6e.xlarge","Shared","Linux","Used","1","NA","xx-east-1"
"A","2","A.2","Reserved","Quantity","876","USD","1yr","Partial Upfront","standard","Compute Instance","g6e.xlarge","Shared","Linux","Used","1","NA","xx-east-1"
"W","T","W.T","OnDemand","Hrs","9","USD","","","","Compute Instance","g6e.xlarge","Shared","Windows","Used","1","NA","xx-east-1"
`
	got, _ = read(t, file("index.csv", head+rows))
	want(t, got, map[string]float64{"aws g6e.xlarge xx-east-1": 1.23, "aws g6e.xlarge xx-east-1 1y": 0.8})
	one := `{"product":{` + strings.TrimPrefix(product("A", "g6e.xlarge", "xx-east-1", ""), `"A":{`) + `,"serviceCode":"AmazonEC2","terms":{"OnDemand":{"A.T":{"priceDimensions":{"R":{"unit":"Hrs","pricePerUnit":{"USD":"1.23"}}}}}}}`
	two := strings.NewReplacer("xx-east-1", "xx-west-2", `"A`, `"B`).Replace(one)
	for name, text := range map[string]string{
		"an answer": fmt.Sprintf(`{"PriceList":[%q,%q],"FormatVersion":"aws_v1"}`, one, two), "texts": fmt.Sprintf("[%q,%q]", one, two), "an array": "[" + one + "," + two + "]", "lines": one + "\n" + two,
	} {
		got, lists := read(t, file(name, text))
		want(t, got, map[string]float64{"aws g6e.xlarge xx-east-1": 1.23, "aws g6e.xlarge xx-west-2": 1.23})
		if len(lists) != 1 {
			t.Errorf("%s: %d lists", name, len(lists))
		}
	}
}

// TestAzure: Linux machines by the hour; of several dates the last; a reservation is that of its whole
// term; pages count together.
func TestAzure(t *testing.T) {
	item := func(more string) string {
		return `{"currencyCode":"USD","tierMinimumUnits":0,"armRegionName":"xxeast","meterName":"NC24","productName":"Virtual Machines NCads Series","skuName":"NC24","serviceName":"Virtual Machines","unitOfMeasure":"1 Hour","type":"Consumption","armSkuName":"Standard_NC24ads_A100_v4",` + more + `}`
	}
	page := func(next string, items ...string) string {
		return `{"BillingCurrency":"USD","CustomerEntityId":"Default","Items":[` + strings.Join(items, ",") + `],"NextPageLink":` + next + `,"Count":1}`
	}
	first := page(`"https://example.org/2"`,
		item(`"retailPrice":3.0,"effectiveStartDate":"2024-01-01"`), item(`"retailPrice":3.5,"effectiveStartDate":"2026-01-01","savingsPlan":[{"term":"1 Year","retailPrice":2.9},{"term":"3 Years","retailPrice":2.0}]`),
		item(`"retailPrice":1.1,"skuName":"NC24 Spot"`), item(`"retailPrice":0.7,"skuName":"NC24 Low Priority"`), item(`"retailPrice":6,"productName":"Virtual Machines NCads Series Windows"`),
		item(`"retailPrice":2,"type":"DevTestConsumption"`), item(`"retailPrice":9,"armSkuName":"Standard_NC9_v9"`))
	second := page("null", item(`"retailPrice":17520,"type":"Reservation","reservationTerm":"1 Year"`))
	wanted := map[string]float64{"azure Standard_NC24ads_A100_v4 xxeast": 3.5, "azure Standard_NC24ads_A100_v4 xxeast spot": 1.1,
		"azure Standard_NC24ads_A100_v4 xxeast 1y": 2, "azure Standard_NC24ads_A100_v4 xxeast 3y": 2}
	got, lists := read(t, file("1.json", first), file("2.json", second))
	want(t, got, wanted)
	if len(lists) != 1 || len(lists[0].Notes) != 0 || len(lists[0].Left) != 1 {
		t.Errorf("%+v", lists[0])
	}
	bare := func(page string) string { return page[strings.Index(page, "[{") : strings.LastIndex(page, "]")+1] }
	for _, text := range []string{first + "\n" + second, "[" + first + "," + second + "]", bare(first) + bare(second)} {
		got, lists = read(t, file("both.json", text))
		want(t, got, wanted)
		if len(lists) != 1 {
			t.Errorf("%d lists", len(lists))
		}
	}
	if _, lists := read(t, file("1.json", first)); len(lists[0].Notes) != 1 {
		t.Error("nothing says that pages are missing")
	}
}

// TestGoogle: a machine is the sum of its parts on each list of which all have a price.
func TestGoogle(t *testing.T) {
	sku := func(description, usage, unit string, units string, nanos int) string {
		return fmt.Sprintf(`{"skuId":"1","description":%q,"category":{"resourceFamily":"Compute","resourceGroup":"x","usageType":%q},"serviceRegions":["xx-east1"],"pricingInfo":[{"pricingExpression":{"usageUnit":%q,"tieredRates":[{"startUsageAmount":0,"unitPrice":{"currencyCode":"USD","units":%q,"nanos":%d}}]}}]}`, description, usage, unit, units, nanos)
	}
	text := `{"skus":[` + strings.Join([]string{
		sku("G2 Instance Core running in Nowhere", "OnDemand", "h", "0", 25_000_000), sku("G2 Instance Ram running in Nowhere", "OnDemand", "GiBy.h", "0", 3_000_000),
		sku("Nvidia L4 GPU running in Nowhere", "OnDemand", "h", "0", 560_000_000),
		sku("Spot Preemptible G2 Instance Core running in Nowhere", "Preemptible", "h", "0", 10_000_000), sku("Spot Preemptible G2 Instance Ram running in Nowhere", "Preemptible", "GiBy.h", "0", 1_000_000),
		sku("Nvidia L4 GPU attached to Spot Preemptible VMs running in Nowhere", "OnDemand", "h", "0", 200_000_000),
		sku("Commitment v1: G2 Cpu in Nowhere for 1 Year", "Commit1Yr", "h", "0", 15_000_000), sku("Commitment v1: G2 Ram in Nowhere for 1 Year", "Commit1Yr", "GiBy.h", "0", 2_000_000),
		sku("G2 Custom Instance Core running in Nowhere", "OnDemand", "h", "9", 0), sku("Nvidia X9 GPU running in Nowhere", "OnDemand", "h", "1", 0),
	}, ",") + `],"nextPageToken":""}`
	got, lists := read(t, file("skus.json", text))
	if usd := got["gcp g2-standard-4 xx-east1"]; math.Abs(usd-(4*0.025+16*0.003+0.56)) > 1e-9 {
		t.Errorf("on demand %v", usd)
	}
	if usd := got["gcp g2-standard-24 xx-east1 spot"]; math.Abs(usd-(24*0.01+96*0.001+2*0.2)) > 1e-9 {
		t.Errorf("spot %v", usd)
	}
	if _, ok := got["gcp g2-standard-4 xx-east1 1y"]; ok {
		t.Error("a commitment without that of the accelerator")
	}
	if l := lists[0].Left; len(l) != 1 || l[0] != "Nvidia X9" {
		t.Errorf("left out %v", l)
	}
}

// TestSkyPilot: spot is the mean over zones; a price equal to it is none; Google's machines and
// accelerators add up; a type that the catalog lacks is described by its row.
func TestSkyPilot(t *testing.T) {
	const head = "InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,GpuInfo,Price,SpotPrice,Region,AvailabilityZone\n"
	got, lists := read(t, file("catalogs/v9/aws/vms.csv", head+
		`g6e.xlarge,L40S,1.0,4.0,32.0,"{'Gpus': [{'Name': 'L40S'}]}",1.9,0.5,us-east-1,use1-az1`+"\n"+`g6e.xlarge,L40S,1.0,4.0,32.0,,1.9,0.7,us-east-1,use1-az2`+"\n"+
		"x9.large,L4,1.0,8.0,32.0,,1.0,1.0,us-east-1,use1-az1\nx8.large,X8,1.0,8.0,32.0,,1.0,0.4,us-east-1,use1-az1\np5.48xlarge,H100,8.0,192.0,2048.0,,,30,us-east-1,use1-az1\n"))
	want(t, got, map[string]float64{"aws g6e.xlarge us-east-1": 1.9, "aws g6e.xlarge us-east-1 spot": 0.6, "aws x9.large us-east-1": 1, "aws p5.48xlarge us-east-1 spot": 30})
	if l := lists[0].Left; len(l) != 1 || l[0] != "x8.large" {
		t.Errorf("left out %v", l)
	}
	got, _ = read(t, file("vms.csv", head+
		"g2-standard-4,,,4.0,16.0,,0.15,0.05,europe-west4,europe-west4-a\n,L4,1.0,,,,0.6,0.2,europe-west4,europe-west4-a\n,L4,2.0,,,,1.2,0.4,europe-west4,europe-west4-b\n,A100,1.0,,,,700.0,700.0,europe-west4,europe-west4-a\n"))
	want(t, got, map[string]float64{"gcp g2-standard-4 europe-west4": 0.75, "gcp g2-standard-4 europe-west4 spot": 0.25})
}

// TestRefused: what is wrong is said with its place, and nothing of the file is used.
func TestRefused(t *testing.T) {
	whole := awsDocument(product("A", "g6e.xlarge", "xx-east-1", ""), offered("A", `"USD":"1.23"`), "")
	twice := `"A":{"A.T":{"priceDimensions":{"R":{"unit":"Hrs","pricePerUnit":{"USD":"1"}}}},"A.U":{"priceDimensions":{"R":{"unit":"Hrs","pricePerUnit":{"USD":"2"}}}}}`
	for text, wanted := range map[string]string{
		"": "is empty", "hello, world\n": "is not a price list", `{"x":1}`: "is not a price list", `{"products":`: "not whole",
		whole[:len(whole)/2]: "byte ", whole[:len(whole)-1]: "not whole",
		strings.Replace(whole, `"USD":"1.23"`, `"CNY":"1.23"`, 1):                         "CNY; only lists in USD",
		strings.Replace(whole, `"USD":"1.23"`, `"USD":"-1.23"`, 1):                        "negative price",
		awsDocument(product("A", "g6e.xlarge", "xx-east-1", ""), twice, ""):               "two prices for g6e.xlarge in xx-east-1 (SKU A): 1 and 2",
		`{"BillingCurrency":"EUR","Items":[]}`:                                            "prices are in EUR",
		"cloud,instance_type,on_demand_usd_per_hour\n":                                    "is a table of the catalog already",
		"\"FormatVersion\",\"v1.0\"\n":                                                    "not whole",
		"InstanceType,AcceleratorName,AcceleratorCount,Price,Region\nx,L4,1,-1,us-east-1": "line 2: column price",
		"InstanceType,AcceleratorName,AcceleratorCount,Price,Region\nx,L4":                "2 cells under 5 columns",
		`[{"armSkuName":"Standard_NC24ads_A100_v4","armRegionName":"x","currencyCode":"EUR","retailPrice":3,"serviceName":"Virtual Machines"}]`: "has a price in EUR",
		`[{"armSkuName":"Standard_NC24ads_A100_v4"`:   "not whole",
		`[{"armSkuName":"Standard_NC24ads_A100_v4"}]`: "is not a price list",
		strings.Repeat("[", 100):                      "not JSON",
		"{\"products\":{\"a\" \"b\"}}":                "not JSON",
	} {
		_, err := Read(context.Background(), []File{file("list", text)}, shipped(t))
		if err == nil || !strings.Contains(err.Error(), wanted) || !strings.HasPrefix(err.Error(), "list: ") {
			t.Errorf("%.60q: %v, want %q", text, err, wanted)
		}
	}
}

// TestImport: what changed is said, what is not in the list stays, and the files are those from which an
// overlay makes the same catalog.
func TestImport(t *testing.T) {
	c := shipped(t)
	text := awsDocument(product("A", "g6e.xlarge", "us-east-1", "")+","+product("B", "g6e.xlarge", "eu-xx-1", ""), offered("A", `"USD":"1.5"`)+","+offered("B", `"USD":"1.7"`), "")
	m, err := Import(context.Background(), []File{file("list", text)}, c, c, "2026-02-03")
	if err != nil {
		t.Fatal(err)
	}
	before, _ := c.InstanceNamed("g6e.xlarge")
	if len(m.Changes) != 1 || m.New != 1 || m.Changes[0] != (Change{"aws", "g6e.xlarge", "us-east-1", "on-demand", before.OnDemand, 1.5}) {
		t.Errorf("%+v, %d new", m.Changes, m.New)
	}
	after, _ := m.Catalog.InstanceNamed("g6e.xlarge")
	if after.OnDemand != 1.5 || after.ThreeYear != before.ThreeYear || after.AsOf != "2026-01-01" {
		t.Errorf("%+v", after)
	}
	if n := strings.Count(string(m.Files["instances.csv"]), "\n"); n != 3 {
		t.Errorf("%d lines:\n%s", n, m.Files["instances.csv"])
	}
	again, err := Import(context.Background(), []File{file("list", text)}, m.Catalog, c, "2026-02-03")
	if err != nil || len(again.Changes) != 0 || again.New != 0 || again.Same != 2 || string(again.Files["instances.csv"]) != string(m.Files["instances.csv"]) {
		t.Errorf("again: %+v, %v", again, err)
	}
	if _, err := Import(context.Background(), []File{file("list", awsDocument(product("N", "g9.xlarge", "us-east-1", ""), "", ""))}, c, c, ""); err == nil || !strings.Contains(err.Error(), "g9.xlarge has an accelerator that it does not know") {
		t.Error(err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(awsDocument(product("A", "g6e.xlarge", "xx-east-1", ""), offered("A", `"USD":"1.23"`), reserved))
	f.Add(`{"Items":[{"retailPrice":1}],"skus":[{"description":"G2 Instance Core running"}]}`)
	f.Add("\"FormatVersion\",\"v1.0\"\n\"SKU\"\n")
	f.Add("InstanceType,AcceleratorName,AcceleratorCount,Price,SpotPrice,Region\nx,L4,1,1,1,us-east-1\n")
	c := shipped(f)
	f.Fuzz(func(t *testing.T, text string) {
		lists, err := Read(context.Background(), []File{file("list", text)}, c)
		for _, l := range lists {
			for _, p := range l.Prices {
				if err == nil && !(p.OnDemand >= 0 && p.Spot >= 0 && p.OneYear >= 0 && p.ThreeYear >= 0) {
					t.Errorf("%+v", p)
				}
			}
		}
	})
}
