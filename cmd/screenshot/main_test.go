package main

import (
	"encoding/xml"
	"strings"
	"testing"
)

func TestDraw(t *testing.T) {
	picture := draw(`scaleadvise --qps '<5>'`, "Take 2 & more.\n\n  plan\n> 2 × L4\n")
	var svg struct {
		Height int `xml:"height,attr"`
		Texts  []struct {
			Class string `xml:"class,attr"`
			Text  string `xml:",chardata"`
		} `xml:"text"`
	}
	if err := xml.Unmarshal([]byte(picture), &svg); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, text := range svg.Texts {
		got = append(got, text.Class+"|"+text.Text)
	}
	want := "prompt|$ scaleadvise --qps '<5>'\nanswer|Take 2 & more.\n|  plan\nchosen|> 2 × L4"
	if joined := strings.Join(got, "\n"); joined != want {
		t.Errorf("drawn:\n%s\nwant:\n%s", joined, want)
	}
	if svg.Height != 5*lineHeight+2*margin {
		t.Errorf("height %d for five lines", svg.Height)
	}
}
