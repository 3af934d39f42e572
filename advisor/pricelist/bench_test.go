package pricelist

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"
)

// bulk is a price list of AWS of about so many bytes, made while it is read: of ten products one is a
// machine that is wanted, as in the real ones.
type bulk struct {
	size    int
	sku     int
	written int
	left    string
	terms   bool
	ended   bool
}

var kinds = []string{"g6e.xlarge", "g5.xlarge", "p5.48xlarge", "c7i.2xlarge", "m5.large", "r5.large", "t3.micro", "x1.32xlarge", "i3.large", "d3.xlarge"}

func (b *bulk) Read(p []byte) (int, error) {
	for b.left == "" {
		if b.ended {
			return 0, io.EOF
		}
		b.next()
	}
	n := copy(p, b.left)
	b.left, b.written = b.left[n:], b.written+n
	return n, nil
}

// next makes the next piece: products, then the terms of as many.
func (b *bulk) next() {
	var s strings.Builder
	switch {
	case b.sku == 0 && !b.terms:
		s.WriteString(`{"formatVersion":"v1.0","offerCode":"AmazonEC2","publicationDate":"2026-01-01T00:00:00Z","products":{`)
	case !b.terms && b.written > b.size*2/3:
		fmt.Fprint(&s, "},\"terms\":{\"OnDemand\":{")
		b.terms, b.sku = true, 0
	case b.terms && b.written > b.size:
		s.WriteString("}}}")
		b.ended, b.left = true, s.String()
		return
	}
	for range 100 {
		if b.sku > 0 {
			s.WriteByte(',')
		}
		b.sku++
		if b.terms {
			fmt.Fprintf(&s, `"SKU%09d":{"SKU%09d.T":{"offerTermCode":"T","sku":"SKU%09d","effectiveDate":"2026-01-01T00:00:00Z","priceDimensions":{"SKU%09d.T.R":{"rateCode":"SKU.T.R","description":"an hour of it","beginRange":"0","endRange":"Inf","unit":"Hrs","appliesTo":[],"pricePerUnit":{"USD":"1.2300000000"}}},"termAttributes":{}}}`, b.sku, b.sku, b.sku, b.sku)
			continue
		}
		system := "Linux"
		if b.sku%3 > 0 {
			system = "Windows"
		}
		fmt.Fprintf(&s, `"SKU%09d":{"sku":"SKU%09d","productFamily":"Compute Instance","attributes":{"servicecode":"AmazonEC2","location":"Somewhere (North)","locationType":"AWS Region","instanceType":%q,"currentGeneration":"Yes","instanceFamily":"GPU instance","vcpu":"4","physicalProcessor":"A Processor of Some Kind","clockSpeed":"3.5 GHz","memory":"32 GiB","storage":"1 x 250 NVMe SSD","networkPerformance":"Up to 20 Gigabit","processorArchitecture":"64-bit","tenancy":"Shared","operatingSystem":%q,"licenseModel":"No License required","usagetype":"BoxUsage:x","operation":"RunInstances","availabilityzone":"NA","capacitystatus":"Used","classicnetworkingsupport":"false","ecu":"NA","enhancedNetworkingSupported":"Yes","gpu":"1","gpuMemory":"NA","intelAvxAvailable":"Yes","marketoption":"OnDemand","normalizationSizeFactor":"8","preInstalledSw":"NA","processorFeatures":"Intel AVX","regionCode":"xx-east-%d","servicename":"Amazon Elastic Compute Cloud","vpcnetworkingsupport":"true"}}`, b.sku, b.sku, kinds[b.sku%len(kinds)], system, b.sku%30)
	}
	b.left = s.String()
}

// BenchmarkRead reads price lists as they are made. -bench=Read/2GB is the largest.
func BenchmarkRead(b *testing.B) {
	for name, size := range map[string]int{"64MB": 64e6, "2GB": 2e9} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(size))
			for range b.N {
				peak, stop := peakOf()
				list := File{"index.json", func() (io.ReadCloser, error) { return io.NopCloser(&bulk{size: size}), nil }}
				lists, err := Read(context.Background(), []File{list}, shipped(b))
				stop()
				if err != nil || len(lists[0].Prices) == 0 {
					b.Fatal(lists, err)
				}
				b.ReportMetric(float64(*peak)/(1<<20), "MiB-held")
			}
		})
	}
}

// peakOf watches the memory that the program holds until it is stopped.
func peakOf() (peak *uint64, stop func()) {
	peak = new(uint64)
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		var m runtime.MemStats
		for {
			runtime.ReadMemStats(&m)
			*peak = max(*peak, m.Sys-m.HeapReleased)
			select {
			case <-done:
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	return peak, func() { close(done); <-ended }
}
