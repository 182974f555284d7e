package cmd_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"github.com/stretchr/testify/require"

	"zhenban/cmd"
)

// limit bounds every wait of these tests; what is waited for takes far less.
const limit = 90 * time.Second

// within is a context that ends with the test, or with its patience.
func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	t.Cleanup(cancel)
	return ctx
}

// output keeps what a program writes and can be waited on.
type output struct {
	mu      sync.Mutex
	text    bytes.Buffer
	changed chan struct{}
}

func newOutput() *output { return &output{changed: make(chan struct{})} }

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text.Write(p)
	close(o.changed)
	o.changed = make(chan struct{})
	return len(p), nil
}

// String is everything written so far.
func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// await waits until the output matches and returns the first group.
func (o *output) await(t *testing.T, form *regexp.Regexp, ended <-chan struct{}) string {
	t.Helper()
	ctx := within(t)
	for {
		o.mu.Lock()
		found, changed := form.FindStringSubmatch(o.text.String()), o.changed
		o.mu.Unlock()
		if found != nil {
			return found[1]
		}
		select {
		case <-changed:
		case <-ended:
			t.Fatalf("ended without %s:\n%s", form, o.String())
		case <-ctx.Done():
			t.Fatalf("no %s in:\n%s", form, o.String())
		}
	}
}

// program is a running zhenban, in this process or in one of its own.
type program struct {
	t     *testing.T
	url   string
	err   *output
	out   *output
	ended chan struct{}
	code  int
	end   func()    // asks it to stop
	cmd   *exec.Cmd // nil in process
}

var (
	listening = regexp.MustCompile(`msg=listening address=(\S+)`)
	opened    = regexp.MustCompile(`open: (http\S+)/`)
)

// environment is what a program gets unless the test says otherwise. It listens
// on a free port and keeps its files in a folder of the test's.
func environment(t *testing.T, more ...string) []string {
	t.Helper()
	return append([]string{
		"ZHENBAN_LISTEN=127.0.0.1:0", "ZHENBAN_CLINIC=vet", "ZHENBAN_DATA_KEY=correct horse battery staple",
		"ZHENBAN_DB=sqlite:" + filepath.Join(t.TempDir(), "zhenban.db"),
	}, more...)
}

// serve runs `zhenban serve` in this process and waits until it listens.
func serve(t *testing.T, env []string) *program {
	t.Helper()
	return start(t, listening, env, nil, "serve")
}

func start(t *testing.T, ready *regexp.Regexp, env []string, clock clockwork.Clock, args ...string) *program {
	t.Helper()
	if clock == nil {
		clock = clockwork.NewRealClock()
	}
	ctx, cancel := context.WithCancel(context.Background())
	p := &program{t: t, err: newOutput(), out: newOutput(), ended: make(chan struct{}), end: cancel}
	both := io.MultiWriter(p.out, p.err)
	go func() {
		defer close(p.ended)
		p.code = cmd.Run(ctx, cmd.World{Args: args, Env: env, In: strings.NewReader(""), Out: both, Err: p.err, Clock: clock})
	}()
	t.Cleanup(func() { p.stop() })
	p.url = p.address(p.err.await(t, ready, p.ended))
	return p
}

func (p *program) address(found string) string {
	if !strings.HasPrefix(found, "http") {
		found = "http://" + found
	}
	return found
}

// stop asks the program to end, waits, and gives its exit code.
func (p *program) stop() int {
	p.end()
	select {
	case <-p.ended:
	case <-time.After(30 * time.Second):
		p.t.Errorf("did not stop within 30 s:\n%s", p.err)
		if p.cmd != nil {
			_ = p.cmd.Process.Kill()
		}
	}
	return p.code
}

// kill ends a program of its own process as a power cut would.
func (p *program) kill() {
	_ = p.cmd.Process.Kill()
	<-p.ended
}

// get fetches a path.
func (p *program) get(path string) (int, string) {
	p.t.Helper()
	req, err := http.NewRequestWithContext(within(p.t), http.MethodGet, p.url+path, http.NoBody)
	require.NoError(p.t, err)
	resp, err := client.Do(req)
	require.NoError(p.t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	require.NoError(p.t, err)
	return resp.StatusCode, string(b)
}

// client keeps no connections, so that none is left behind.
var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

// binary is the program, built once for all tests that need a process to kill.
var binary struct {
	once sync.Once
	dir  string
	err  error
}

func built(t *testing.T) string {
	t.Helper()
	binary.once.Do(func() {
		if binary.dir, binary.err = os.MkdirTemp("", "zhenban-e2e-"); binary.err != nil {
			return
		}
		out, err := exec.Command("go", "build", "-o", binary.dir, "zhenban").CombinedOutput()
		if err != nil {
			binary.err = fmt.Errorf("build: %w: %s", err, out)
		}
	})
	require.NoError(t, binary.err)
	return filepath.Join(binary.dir, "zhenban")
}

func removeBinary() { _ = os.RemoveAll(binary.dir) }

// launch runs the built program in the folder of the test and waits until it listens.
func launch(t *testing.T, env []string, args ...string) *program {
	t.Helper()
	p := spawn(t, env, args...)
	p.url = p.address(p.err.await(t, listening, p.ended))
	return p
}

// spawn is launch without waiting.
func spawn(t *testing.T, env []string, args ...string) *program {
	t.Helper()
	c := exec.Command(built(t), args...)
	c.Dir = filepath.Dir(strings.TrimPrefix(env[3], "ZHENBAN_DB=sqlite:")) // the same after a restart
	c.Env = append(env, "PATH="+os.Getenv("PATH"), "HOME="+c.Dir, "TMPDIR="+c.Dir)
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	p := &program{t: t, err: newOutput(), out: newOutput(), ended: make(chan struct{}), cmd: c}
	c.Stdout, c.Stderr = p.out, p.err
	p.end = func() { _ = c.Process.Signal(syscall.SIGTERM) }
	require.NoError(t, c.Start())
	go func() {
		_ = c.Wait()
		p.code = c.ProcessState.ExitCode()
		close(p.ended)
	}()
	t.Cleanup(func() { p.stop() })
	return p
}

// run runs a command to its end in this process.
func run(t *testing.T, env []string, in string, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = cmd.Run(within(t), cmd.World{
		Args: args, Env: env, In: strings.NewReader(in), Out: &o, Err: &e, Clock: clockwork.NewRealClock(),
	})
	return code, o.String(), e.String()
}
