package webchat

import (
	"net/http"

	"zhenban/bot"
)

// Register adds the web chat's paths to mux; what people say goes to r.
func (c *Channel) Register(mux *http.ServeMux, r bot.Receiver) {
	home := c.o.Home
	if home == nil {
		home = c.pages.serve(false)
	}
	mux.Handle("GET /{$}", home)
	mux.Handle("GET /chat/frame", c.pages.serve(true))
	mux.Handle("GET /chat/ws", c.serveSocket(r))
	mux.Handle("POST /chat/upload", c.serveUpload(r))
	mux.HandleFunc("GET /chat/media", c.serveMedia)
	mux.HandleFunc("GET /chat/embed.js", c.assets.serveEmbed)
	mux.Handle("GET /chat/assets/{hash}/{name}", c.assets)
}
