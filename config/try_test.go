package config
import "testing"
func TestTry(t *testing.T) { for _, k := range Presets() { p,_,err := LoadProfile(k); if err != nil { t.Log(err); continue}; if _, err := NewClinic(p); err != nil {t.Error(err)} else {t.Log(k,"ok")} } }
