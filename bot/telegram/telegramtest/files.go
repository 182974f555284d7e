package telegramtest

import (
	"net/http"
	"strconv"
	"strings"
)

// stored is a file that a person sent.
type stored struct {
	id   string
	path string
	data []byte
}

// store keeps a file and returns its Telegram object; s.mu is held.
func (s *Server) store(folder, suffix string, data []byte, extra object) object {
	id := s.next("FILE-")
	s.files[id] = &stored{id: id, path: folder + "/" + strings.ToLower(id) + suffix, data: data}
	f := object{"file_id": id, "file_unique_id": "u" + id, "file_size": len(data)}
	for k, v := range extra {
		f[k] = v
	}
	return f
}

func (s *Server) getFile(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.files[c.values["file_id"]]
	if f == nil {
		return nil, bad("invalid file_id")
	}
	if len(f.data) > 20<<20 {
		return nil, bad("file is too big")
	}
	return object{"file_id": f.id, "file_unique_id": "u" + f.id, "file_size": len(f.data), "file_path": f.path}, nil
}

// download serves /file/bot<token>/<path>, without a useful content type.
func (s *Server) download(w http.ResponseWriter, rest string) {
	token, path, _ := strings.Cut(rest, "/")
	if token != s.cfg.Token {
		s.refuse(w, &refusal{Code: http.StatusUnauthorized, Text: "Unauthorized"})
		return
	}
	s.mu.Lock()
	var data []byte
	found := false
	for _, f := range s.files {
		if f.path == path {
			data, found = f.data, true
		}
	}
	s.mu.Unlock()
	if !found {
		s.refuse(w, &refusal{Code: http.StatusNotFound, Text: "Not Found"})
		return
	}
	if fault := s.fault("download"); fault != nil {
		if fault.Kind == Cut { // half a file, then the connection closes
			w.Header().Set("Content-Length", strconv.Itoa(len(data)))
			_, _ = w.Write(data[:len(data)/2])
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(fault.Status)
		_, _ = w.Write([]byte(fault.Body))
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = w.Write(data)
}
