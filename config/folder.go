package config

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"
)

// A profile is one YAML text. A long one may lie in a folder, its sections in
// files by topic: they are read one after another, in the order of their
// names, each behind a line that says where it begins, so that a fault still
// names the file and the line in it.
const partMark = "# ---- "

func readProfile(source string) ([]byte, error) {
	if info, err := os.Stat(source); err == nil && info.IsDir() {
		return joinFolder(os.DirFS(source))
	}
	return os.ReadFile(source)
}

func joinFolder(folder fs.FS) ([]byte, error) {
	names, err := fs.Glob(folder, "*.yaml")
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, errors.New("the folder holds no .yaml file")
	}
	var out bytes.Buffer
	for _, name := range names { // sorted
		data, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, err
		}
		out.WriteString(partMark + name + "\n")
		out.Write(bytes.TrimPrefix(data, []byte("\ufeff")))
		if !bytes.HasSuffix(data, []byte("\n")) {
			out.WriteByte('\n')
		}
	}
	return out.Bytes(), nil
}

// inParts makes the faults of a joined text name the file each stands in.
func inParts(file string, data []byte, err error) error {
	var faults Faults
	if !errors.As(err, &faults) || !bytes.HasPrefix(data, []byte(partMark)) {
		return err
	}
	type part struct {
		name  string
		after int // lines before its first
	}
	var parts []part
	n := 0
	for line := range bytes.Lines(data) {
		n++
		if name, ok := strings.CutPrefix(string(line), partMark); ok {
			parts = append(parts, part{strings.TrimSpace(name), n})
		}
	}
	for i, f := range faults {
		for _, p := range parts {
			if f.File == file && f.Line > p.after {
				faults[i].File, faults[i].Line = path.Join(file, p.name), f.Line-p.after
			}
		}
	}
	return faults
}
