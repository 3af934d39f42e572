package pricelist

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// sku is a price of Google's catalog, in US dollars an hour.
func sku(description, group, usage string, usd float64) string {
	return fmt.Sprintf(`{"skuId":"1","description":%q,"category":{"resourceFamily":"Compute","resourceGroup":%q,"usageType":%q},"serviceRegions":["xx-east1"],"pricingInfo":[{"pricingExpression":{"usageUnit":"h","tieredRates":[{"startUsageAmount":0,"unitPrice":{"currencyCode":"USD","units":"%d","nanos":%d}}]}}]}`,
		description, group, usage, int(usd), int(math.Round(1e9*(usd-math.Floor(usd)))))
}

// TestSold: what a SKU is the price of, in the words that Google has used for it.
func TestSold(t *testing.T) {
	l := newGCP(newFacts(shipped(t)))
	for description, want := range map[string]string{
		"N1 Predefined Instance Core running in Americas":                             "core n1",
		"Spot Preemptible N1 Predefined Instance Ram running in Americas":             "ram n1",
		"Preemptible N2D AMD Instance Core running in Salt Lake City":                 "core n2d",
		"C4A Arm Instance Core running in Mexico":                                     "core c4a",
		"E2 Instance Ram running in EMEA":                                             "ram e2",
		"Compute optimized Core running in Americas":                                  "core c2",
		"Compute optimized Instance Ram running in Americas":                          "ram c2",
		"M3 Memory-optimized Instance Core running in Phoenix":                        "core m3",
		"Memory-optimized Instance Core running in Americas":                          "core m1",
		"A3Plus Instance Core running in Americas":                                    "core a3plus",
		"A3 Ultra Instance Ram running in Americas":                                   "ram a3ultra",
		"Commitment v1: Cpu in Americas for 1 Year":                                   "core n1",
		"Commitment v1: A2 Cpu in APAC for 3 Years":                                   "core a2",
		"Commitment: Compute optimized Core running in Frankfurt for 1 Year":          "core c2",
		"Commitment v1: N2D AMD Ram in Americas for 1 Year":                           "ram n2d",
		"Commitment v1: Nvidia H100 80GB GPU running in Americas for 1 Year":          "accelerator nvidia-h100-sxm",
		"Commitment v1: Local SSD In Iowa for 1 Year":                                 "disk",
		"SSD backed Local Storage attached to Spot Preemptible VMs in Zurich":         "disk",
		"C4A Instance Local SSD in Iowa":                                              "disk",
		"Nvidia Tesla T4 GPU attached to VMs running in asia-southeast1":              "accelerator nvidia-t4",
		"Nvidia L4 GPU attached to Spot Preemptible VMs running in Hong Kong":         "accelerator nvidia-l4",
		"Nvidia Tesla A100 GPU running in Americas":                                   "accelerator nvidia-a100-sxm-40gb",
		"Nvidia Tesla A100 80GB GPU running in Americas":                              "accelerator nvidia-a100-sxm-80gb",
		"Nvidia H100 80GB GPU running in Americas":                                    "accelerator nvidia-h100-sxm",
		"Nvidia H100 80GB Mega GPU running in Americas":                               "accelerator nvidia-h100-sxm mega",
		"Nvidia H100 Mega 80GB GPU attached to Spot Preemptible VMs running in Tokyo": "accelerator nvidia-h100-sxm mega",
		"H200 141GB GPU running in Netherlands":                                       "accelerator nvidia-h200",
		"RTX 6000 96GB running in Americas":                                           "accelerator nvidia-rtx-pro-6000-blackwell-server",
		"RTX 6000 96GB GPU attached to Spot Preemptible VMs running in Americas":      "accelerator nvidia-rtx-pro-6000-blackwell-server",
		"A4 Nvidia B200 (1 gpu slice) running in Americas":                            "slice nvidia-b200",
		"Spot Preemptible A4 Nvidia B200 (1 gpu slice) running in Americas":           "slice nvidia-b200",
		"TpuV5e running in Iowa":                                                      "slice google-tpu-v5e",
		"Preemptible TpuV6e running in us-east5":                                      "slice google-tpu-v6e",
		"Tpu-v2 accelerator running in Americas":                                      "", // of eight cores
		"Network Inter Zone Egress":                                                   "",
		"Micro Instance with burstable CPU running in Americas":                       "",
		"Nvidia Tesla X9 GPU running in Americas":                                     "",
	} {
		if got := l.what(gcpSKU{description: description}.sold()); got != want {
			t.Errorf("%s: %q, want %q", description, got, want)
		}
	}
	if !l.left["Nvidia Tesla X9"] {
		t.Error("an accelerator that is not known is not named")
	}
}

// TestGoogleWhole: machines that are sold by the accelerator, with all that is around it; what is not
// understood is counted and named; two descriptions that may mean one part count neither.
func TestGoogleWhole(t *testing.T) {
	skus := strings.Join([]string{
		sku("A4 Nvidia B200 (1 gpu slice) running in Nowhere", "GPU", "OnDemand", 16.11), sku("Spot Preemptible A4 Nvidia B200 (1 gpu slice) running in Nowhere", "GPU", "OnDemand", 4.95),
		sku("TpuV5e running in Nowhere", "TPU", "OnDemand", 1.2),
		sku("Quantum Core with everything running in Nowhere", "CPU", "OnDemand", 1), sku("Quantum Core with everything running in Elsewhere", "CPU", "Preemptible", 1), sku("Licensing Fee for Windows (CPU cost)", "CPU", "OnDemand", 1),
		sku("G2 Instance Core running in Nowhere", "CPU", "OnDemand", 0.025), sku("G2 Instance Ram running in Nowhere", "RAM", "OnDemand", 0.003),
		sku("Nvidia L4 GPU running in Nowhere", "GPU", "OnDemand", 0.56), sku("Nvidia Tesla L4 GPU running in Nowhere", "GPU", "OnDemand", 0.65),
	}, ",")
	for name, text := range map[string]string{"page": `{"skus":[` + skus + `],"nextPageToken":""}`, "array": `[` + skus + `]`} {
		got, lists := read(t, file("skus.json", text))
		want(t, got, map[string]float64{"gcp a4-highgpu-8g xx-east1": 8 * 16.11, "gcp a4-highgpu-8g xx-east1 spot": 8 * 4.95,
			"gcp tpu-v5litepod-1 xx-east1": 1.2, "gcp tpu-v5litepod-8 xx-east1": 9.6, "gcp tpu-v5litepod-16 xx-east1": 19.2})
		notes := strings.Join(lists[0].Notes, "\n")
		for _, wanted := range []string{"2 prices of cores, memory or accelerators that are not understood: Quantum Core with everything\n", "price differently: accelerator nvidia-l4 in xx-east1"} {
			if !strings.Contains(notes, wanted) {
				t.Errorf("%s: %q lacks %q", name, notes, wanted)
			}
		}
	}
}
