package main

import (
	"fmt"
	"html"
	"io"
	"os"
	"strings"
	"unicode/utf8"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: COMMAND | screenshot 'COMMAND' > picture.svg")
		os.Exit(2)
	}
	printed, err := io.ReadAll(os.Stdin)
	if err == nil {
		_, err = os.Stdout.WriteString(draw(os.Args[1], string(printed)))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "screenshot:", err)
		os.Exit(3)
	}
}

// Sizes in pixels: of a character of the font, of a line, and of the space around the text.
const (
	charWidth  = 7.83
	lineHeight = 18
	margin     = 16
)

const style = `<style>
text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2328; white-space: pre }
rect { fill: #f6f8fa; stroke: #d1d9e0 }
.prompt { fill: #59636e } .answer { font-weight: 600 } .chosen { fill: #1a7f37; font-weight: 600 }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc } rect { fill: #151b23; stroke: #3d444d }
  .prompt { fill: #9198a1 } .chosen { fill: #3fb950 }
}
</style>`

// draw returns the picture of a command and what it printed.
func draw(command, printed string) string {
	lines := append([]string{"$ " + command}, strings.Split(strings.TrimRight(printed, "\n"), "\n")...)
	columns := 0
	for _, line := range lines {
		columns = max(columns, utf8.RuneCountInString(line))
	}
	width, height := int(float64(columns)*charWidth)+2*margin, len(lines)*lineHeight+2*margin
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" role="img">`+"\n", width, height)
	fmt.Fprintf(&b, "<title>%s</title>\n%s\n", html.EscapeString("$ "+command), style)
	fmt.Fprintf(&b, `<rect x="0.5" y="0.5" width="%d" height="%d" rx="8"/>`+"\n", width-1, height-1)
	for i, line := range lines {
		if line == "" {
			continue
		}
		fmt.Fprintf(&b, `<text x="%d" y="%d" xml:space="preserve"%s textLength="%.1f">%s</text>`+"\n", margin,
			margin+lineHeight*i+13, classOf(i, line), float64(utf8.RuneCountInString(line))*charWidth, html.EscapeString(line))
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// classOf returns the attribute that sets a line apart: the command, the answer below it, and
// the row that was chosen.
func classOf(i int, line string) string {
	switch {
	case i == 0:
		return ` class="prompt"`
	case i == 1:
		return ` class="answer"`
	case strings.HasPrefix(line, "> "):
		return ` class="chosen"`
	}
	return ""
}
