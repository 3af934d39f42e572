package revision

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/gate"
	"scaleadvise/advisor/plan"
)

// Unanswered is a failure of git itself, which leaves the question open.
type Unanswered struct{ err error }

func (u *Unanswered) Error() string { return u.err.Error() }

// Unwrap returns the error of git.
func (u *Unanswered) Unwrap() error { return u.err }

func unanswered(format string, args ...any) error { return &Unanswered{fmt.Errorf(format, args...)} }

// git reads the files of a revision through one process that answers one question at a time.
type git struct {
	ctx      context.Context
	revision string // the commit
	top      string // folder of the repository
	drafts   string // folder of files that were written; "" for none

	asking  sync.Mutex
	process *exec.Cmd
	in      io.WriteCloser
	out     *bounded.Reader
}

// Open opens a revision. The error is about the name, or says that git cannot be run.
func Open(ctx context.Context, name string) (gate.Revision, error) {
	if _, err := exec.LookPath("git"); err != nil {
		return nil, fmt.Errorf("--compare-to %s: no such folder, and git, which would know a revision, is not installed", name)
	}
	g := &git{ctx: ctx}
	top, err := g.run("rev-parse", "--show-toplevel")
	if err != nil {
		return nil, fmt.Errorf("--compare-to %s: no such folder, and this is not a git repository; name a folder", name)
	}
	g.top = strings.TrimRight(top, "\n")
	commit, err := g.run("rev-parse", "--verify", "--quiet", "--end-of-options", name+"^{commit}")
	if err != nil {
		return nil, fmt.Errorf("--compare-to %s: neither a folder nor a git revision; a shallow clone may lack it (fetch-depth: 0)", name)
	}
	g.revision = strings.TrimSpace(commit)
	return g, g.start()
}

func (g *git) run(args ...string) (string, error) {
	out, err := exec.CommandContext(g.ctx, "git", args...).Output()
	return string(out), err
}

// start starts the process that hands out files.
func (g *git) start() error {
	g.process = exec.CommandContext(g.ctx, "git", "cat-file", "--batch")
	g.process.Dir = g.top
	in, errIn := g.process.StdinPipe()
	out, errOut := g.process.StdoutPipe()
	if err := errors.Join(errIn, errOut); err != nil {
		return unanswered("git: %w; nothing can be compared", err)
	}
	if err := g.process.Start(); err != nil {
		return unanswered("git: %w; nothing can be compared", err)
	}
	g.in, g.out = in, bounded.NewReader(g.ctx, out, bounded.Limits{What: "answer of git", Binary: true})
	return nil
}

func (g *git) Close() error {
	errIn := g.in.Close()
	if g.drafts != "" {
		errIn = errors.Join(errIn, os.RemoveAll(g.drafts))
	}
	return errors.Join(errIn, g.process.Wait())
}

// Checkout writes the files of the revision into a folder of its own, by an index of its own: neither the
// repository nor its working tree is touched.
func (g *git) Checkout() (dir string, err error) {
	if g.drafts, err = os.MkdirTemp("", "scaleadvise-base-*"); err != nil {
		return "", unanswered("%s: %w; nothing can be compared", g.revision, err)
	}
	dir = filepath.Join(g.drafts, "tree")
	for _, args := range [][]string{{"read-tree", g.revision}, {"checkout-index", "--all", "--prefix=" + filepath.ToSlash(dir) + "/"}} {
		c := exec.CommandContext(g.ctx, "git", args...)
		c.Dir, c.Env = g.top, append(os.Environ(), "GIT_INDEX_FILE="+filepath.Join(g.drafts, "index"), "GIT_LFS_SKIP_SMUDGE=1")
		if out, err := c.CombinedOutput(); err != nil {
			first, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
			return "", unanswered("git %s: %s; nothing can be compared", args[0], bounded.Excerpt(first))
		}
	}
	return dir, os.MkdirAll(dir, 0o777) // of a revision without files
}

// Inside returns a path as the repository names it; "" is its top.
func (g *git) Inside(name string) (string, error) {
	absolute, err := filepath.Abs(name)
	if err != nil {
		return "", unanswered("%s: %w", name, err)
	}
	if real, err := filepath.EvalSymlinks(absolute); err == nil {
		absolute = real
	}
	top := g.top
	if real, err := filepath.EvalSymlinks(top); err == nil {
		top = real
	}
	inside, err := filepath.Rel(top, absolute)
	if err != nil || !filepath.IsLocal(inside) {
		return "", fmt.Errorf("%s: is outside the repository %s, so no revision has it; name a folder to compare with", name, g.top)
	}
	if inside == "." {
		return "", nil
	}
	return filepath.ToSlash(inside), nil
}

// List returns the files below a path, or the path itself where it is a file. Anything but files is left out.
func (g *git) List(at string) ([]string, error) {
	args := []string{"ls-tree", "-r", "-z", "--full-tree", g.revision}
	if at != "" {
		args = append(args, "--", at)
	}
	out, err := g.run(args...)
	if err != nil {
		return nil, unanswered("git ls-tree: %w; nothing can be compared", err)
	}
	var names []string
	for entry := range strings.SplitSeq(out, "\x00") {
		about, name, ok := strings.Cut(entry, "\t")
		if ok && strings.HasPrefix(about, "100") && !strings.Contains(name, "\n") {
			names = append(names, name)
		}
	}
	return names, nil
}

// Open reads a file of the revision, up to the size limit of a plan.
func (g *git) Open(name string) (io.ReadCloser, error) {
	at, err := g.Inside(name)
	if err != nil {
		return nil, err
	}
	g.asking.Lock()
	defer g.asking.Unlock()
	content, err := g.ask(g.revision + ":" + at)
	if err != nil {
		return nil, unanswered("git: %s: %w", at, err)
	}
	return io.NopCloser(bytes.NewReader(content)), nil
}

// ask puts one question; the answer is a line that ends in the size, and the content.
func (g *git) ask(object string) ([]byte, error) {
	if _, err := fmt.Fprintln(g.in, object); err != nil {
		return nil, err
	}
	head, err := g.out.ReadSlice('\n')
	if err != nil {
		return nil, err
	}
	words := strings.Fields(string(head))
	size, err := strconv.ParseInt(words[len(words)-1], 10, 64)
	if err != nil {
		return nil, errors.New("no such file in the revision")
	}
	kept := make([]byte, max(0, min(size, plan.Scanned.Bytes+1))) // one more shows that it is too large
	if _, err := io.ReadFull(g.out, kept); err != nil {
		return nil, err
	}
	_, err = io.CopyN(io.Discard, g.out, size-int64(len(kept))+1) // and the line break behind it
	return kept, err
}
