package wechattest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// medium is a picture or a voice, kept for its three days.
type medium struct {
	kind string
	data []byte
	at   time.Time
}

// mediaKept is how long WeChat keeps temporary media.
const mediaKept = 3 * 24 * time.Hour

// PutMedia keeps what a person sends, and gives the id the push carries.
func (s *Server) PutMedia(kind string, data []byte) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serial++
	id := fmt.Sprintf("media_%d", s.serial)
	s.media[id] = medium{kind, data, s.clock.Now()}
	return id
}

func (s *Server) mediaUpload(r *http.Request) (any, error) {
	if r.URL.Query().Get("type") != "image" {
		return nil, refuse(40004, "invalid media type")
	}
	r.Body = http.MaxBytesReader(nil, r.Body, 11<<20)
	file, header, err := r.FormFile("media")
	if err != nil {
		return nil, refuse(41005, "media data missing")
	}
	defer file.Close() //nolint:errcheck // in memory
	data, err := io.ReadAll(file)
	if err != nil || len(data) == 0 {
		return nil, refuse(44001, "empty media data")
	}
	if len(data) > 10<<20 {
		return nil, refuse(45001, "media size out of limit")
	}
	kind := http.DetectContentType(data)
	if !strings.HasPrefix(kind, "image/") || header.Filename == "" {
		return nil, refuse(40005, "invalid file type")
	}
	return map[string]any{"type": "image", "media_id": s.PutMedia(kind, data), "created_at": s.clock.Now().Unix()}, nil
}

func (s *Server) mediaGet(r *http.Request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	file, found := s.media[r.URL.Query().Get("media_id")]
	if !found || s.clock.Now().Sub(file.at) > mediaKept {
		return nil, refuse(40007, "invalid media_id")
	}
	return file, nil
}

// PicURL is the address of a picture, which asks for no token.
func (s *Server) PicURL(id string) string { return s.URL + "/mmbiz/" + id + "/0" }

func (s *Server) servePicture(w http.ResponseWriter, r *http.Request) {
	id, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/mmbiz/"), "/")
	s.mu.Lock()
	file, found := s.media[id]
	s.mu.Unlock()
	if !found {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", file.kind)
	_, _ = w.Write(file.data)
}

// button is one of the menu's.
type button struct {
	Type string   `json:"type"`
	Name string   `json:"name"`
	Key  string   `json:"key"`
	URL  string   `json:"url"`
	Sub  []button `json:"sub_button"`
}

func (s *Server) menuCreate(r *http.Request) (any, error) {
	var in struct {
		Button []button `json:"button"`
	}
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	if err := checkButtons(in.Button, 3, 16, true); err != nil {
		return nil, err
	}
	kept, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.menu = kept
	return ok(), nil
}

func checkButtons(list []button, most, name int, top bool) error {
	if len(list) == 0 || len(list) > most {
		return refuse(40016, "invalid button size")
	}
	for _, b := range list {
		switch {
		case b.Name == "" || len(b.Name) > name:
			return refuse(40018, "invalid button name size")
		case len(b.Sub) > 0 && !top:
			return refuse(40022, "invalid sub button level")
		case len(b.Sub) > 0:
			if err := checkButtons(b.Sub, 5, 60, false); err != nil {
				return err
			}
		case b.Type == "click" && (b.Key == "" || len(b.Key) > 128):
			return refuse(40019, "invalid button key size")
		case b.Type == "view" && (b.URL == "" || len(b.URL) > 1024):
			return refuse(40020, "invalid button url size")
		case b.Type != "click" && b.Type != "view":
			return refuse(40017, "invalid button type")
		}
	}
	return nil
}

func (s *Server) menuGet() (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.menu == nil {
		return nil, refuse(46003, "menu no exist")
	}
	return map[string]any{"menu": s.menu}, nil
}

func (s *Server) qrCreate(r *http.Request) (any, error) {
	var in struct {
		ExpireSeconds int64  `json:"expire_seconds"`
		ActionName    string `json:"action_name"`
		ActionInfo    struct {
			Scene struct {
				SceneStr string `json:"scene_str"`
				SceneID  int64  `json:"scene_id"`
			} `json:"scene"`
		} `json:"action_info"`
	}
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	temporary := in.ActionName == "QR_STR_SCENE"
	scene := in.ActionInfo.Scene.SceneStr
	switch {
	case !temporary && in.ActionName != "QR_LIMIT_STR_SCENE":
		return nil, refuse(40053, "invalid action info")
	case scene == "" || len(scene) > 64 || in.ExpireSeconds > 2_592_000 || (temporary && in.ExpireSeconds <= 0):
		return nil, refuse(40097, "invalid args")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serial++
	address := fmt.Sprintf("http://weixin.qq.com/q/%d", s.serial)
	s.scenes[address] = scene
	answer := map[string]any{"ticket": fmt.Sprintf("gQ%d", s.serial), "url": address}
	if temporary {
		answer["expire_seconds"] = in.ExpireSeconds
	}
	return answer, nil
}

// Scene is what a QR code made here carries.
func (s *Server) Scene(address string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.scenes[address]
}
