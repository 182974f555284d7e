package webchat

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"sort"
	"strings"
)

//go:embed assets
var embedded embed.FS

// assets are the page's scripts and styles, which need no build. They live
// under the hash of them all, so that modules can import each other by
// relative names and browsers can keep them for ever.
type assets struct {
	files map[string][]byte
	hash  string
}

func loadAssets() *assets {
	a := &assets{files: map[string][]byte{}}
	err := fs.WalkDir(embedded, "assets", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := embedded.ReadFile(name)
		a.files[strings.TrimPrefix(name, "assets/")] = b
		return err
	})
	if err != nil {
		panic(err) // the files are in the binary
	}
	names := make([]string, 0, len(a.files))
	for n := range a.files {
		names = append(names, n)
	}
	sort.Strings(names)
	h := sha256.New()
	for _, n := range names {
		h.Write([]byte(n + "\x00"))
		h.Write(a.files[n])
	}
	a.hash = hex.EncodeToString(h.Sum(nil))[:16]
	return a
}

// base is the path that the files are under.
func (a *assets) base() string { return "/chat/assets/" + a.hash + "/" }

// ServeHTTP serves /chat/assets/{hash}/{name}.
func (a *assets) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	name := req.PathValue("name")
	b, ok := a.files[name]
	if !ok || path.Ext(name) == ".html" {
		http.NotFound(w, req)
		return
	}
	h := w.Header()
	h.Set("Content-Type", assetType(name))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if req.PathValue("hash") == a.hash {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else { // a page of another version, while copies are being replaced
		h.Set("Cache-Control", "no-store")
	}
	_, _ = w.Write(b)
}

func assetType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return "application/octet-stream"
}

// serveEmbed is GET /chat/embed.js: its address is pasted into other sites and
// must never change, so it is checked every hour.
func (a *assets) serveEmbed(w http.ResponseWriter, _ *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Cache-Control", "public, max-age=3600")
	_, _ = w.Write(a.files["embed.js"])
}
