package storetest

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// shared is the server of a package's test run; Main stops it. It is the one
// variable here: tests have nobody else to hand it to them.
var shared sharedServer

type sharedServer struct {
	mu     sync.Mutex
	server *Server
	err    error
}

func (s *sharedServer) dsn(tb testing.TB) string {
	tb.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server == nil && s.err == nil {
		s.server, s.err = startServer()
	}
	if s.err != nil {
		missing(tb, s.err)
	}
	return s.server.DSN()
}

// missing skips, except where nothing may be skipped.
func missing(tb testing.TB, err error) {
	tb.Helper()
	if os.Getenv("CI") != "" {
		tb.Fatalf("no MySQL-compatible server: %v", err)
	}
	tb.Skipf("no MySQL-compatible server (set ZHENBAN_TEST_MYSQL or install mariadbd): %v", err)
}

// Main runs a package's tests, stops the server they used and looks for
// goroutines that were left behind: func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }.
func Main(m *testing.M) int {
	code := m.Run()
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if shared.server != nil {
		shared.server.remove()
	}
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return code
}

// Server is a MariaDB of the test's own, on a temporary folder.
type Server struct {
	dir   string
	port  int
	cmd   *exec.Cmd
	leash io.Closer
	done  chan struct{}
}

// StartServer starts a server that the test may kill.
func StartServer(tb testing.TB) *Server {
	tb.Helper()
	s, err := startServer()
	if err != nil {
		missing(tb, err)
	}
	tb.Cleanup(s.remove)
	return s
}

// DSN addresses the server, for CreateDatabase.
func (s *Server) DSN() string { return fmt.Sprintf("mysql://root@127.0.0.1:%d/", s.port) }

func startServer() (*Server, error) {
	for _, program := range []string{"mariadbd", "mariadb-install-db"} {
		if _, err := exec.LookPath(program); err != nil {
			return nil, err
		}
	}
	dir, err := os.MkdirTemp("", "zhenban-mariadb-")
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir}
	if err := s.install(); err != nil {
		_ = os.RemoveAll(dir)
		return nil, err
	}
	if err := s.Start(); err != nil {
		s.remove()
		return nil, err
	}
	return s, nil
}

// asUser makes the server run as mysql where the test is root, which it refuses to be.
func (s *Server) asUser() ([]string, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("mysql")
	if err != nil {
		return nil, err
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	return []string{"--user=mysql"}, os.Chown(s.dir, uid, gid)
}

func (s *Server) install() error {
	as, err := s.asUser()
	if err != nil {
		return err
	}
	args := append([]string{"--no-defaults", "--datadir=" + filepath.Join(s.dir, "data"), "--auth-root-authentication-method=normal", "--skip-test-db"}, as...)
	out, err := exec.Command("mariadb-install-db", args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("mariadb-install-db: %w: %s", err, out)
	}
	return nil
}

// Start starts the server again after Kill, on the same port and data.
func (s *Server) Start() error {
	if s.port == 0 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		s.port = l.Addr().(*net.TCPAddr).Port
		_ = l.Close()
	}
	as, err := s.asUser()
	if err != nil {
		return err
	}
	log, err := os.Create(filepath.Join(s.dir, "log"))
	if err != nil {
		return err
	}
	defer log.Close()
	s.cmd = exec.Command("sh", append([]string{
		"-c", leash, "sh", "mariadbd", "--no-defaults", "--datadir=" + filepath.Join(s.dir, "data"), "--socket=" + filepath.Join(s.dir, "sock"),
		"--pid-file=" + filepath.Join(s.dir, "pid"), "--bind-address=127.0.0.1", "--port=" + strconv.Itoa(s.port),
		"--skip-name-resolve", "--max-connections=400", "--innodb-buffer-pool-size=256M", "--innodb-log-file-size=64M",
	}, as...)...)
	s.cmd.Stdout, s.cmd.Stderr = log, log
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C is for the tests
	if s.leash, err = s.cmd.StdinPipe(); err != nil {
		return err
	}
	if err := s.cmd.Start(); err != nil {
		return err
	}
	s.done = make(chan struct{})
	go func(cmd *exec.Cmd, done chan struct{}) {
		_ = cmd.Wait()
		close(done)
	}(s.cmd, s.done)
	return s.up()
}

// up waits until the server takes a query or ends.
func (s *Server) up() error {
	db, err := connect(s.DSN())
	if err != nil {
		return err
	}
	defer db.Close()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(time.Minute)
	for {
		select {
		case <-s.done:
			log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
			return fmt.Errorf("mariadbd ended: %s", log)
		case <-limit:
			return fmt.Errorf("mariadbd takes no query")
		case <-tick.C:
			if _, err := db.Exec("SELECT 1"); err == nil {
				return nil
			}
		}
	}
}

// leash ends the server when standard input does: a test binary that panics or
// is killed takes its server along. (The kernel's parent-death signal does not
// do: it is cleared when the server changes its user.)
const leash = `exec 3<&0; "$@" </dev/null & p=$!; { cat <&3 >/dev/null; kill -9 $p; } 2>/dev/null & wait $p`

// Kill ends the server as a power cut would.
func (s *Server) Kill() {
	_ = s.leash.Close()
	<-s.done
}

func (s *Server) remove() {
	if s.done != nil {
		s.Kill()
	}
	_ = os.RemoveAll(s.dir)
}
