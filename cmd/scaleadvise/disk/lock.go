package disk

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// How long Lock waits for another process, and how often it looks.
const (
	longestLock = 10 * time.Second
	lockPause   = 20 * time.Millisecond
)

var errLocked = errors.New("another run holds it")

// Lock excludes other processes that lock the same file, until unlock is called or the process ends. The
// file stays, empty: removing it would let two processes hold different files of that name.
func Lock(ctx context.Context, name string) (unlock func(), err error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, cannotRead(name, err)
	}
	for began := time.Now(); ; {
		err := lock(f)
		switch {
		case err == nil:
			return func() { f.Close() }, nil
		case !errors.Is(err, errLocked), time.Since(began) > longestLock:
			f.Close()
			return nil, fmt.Errorf("%s: cannot be locked: %w", name, err)
		}
		select {
		case <-ctx.Done():
			f.Close()
			return nil, ctx.Err()
		case <-time.After(lockPause):
		}
	}
}
