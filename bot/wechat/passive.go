package wechat

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"io"
	"net/http"
	"strconv"
)

// success answers WeChat that there is nothing to say now. An empty body would
// do as well; anything else shows the person an error.
func (h *webhook) success(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, "success")
}

// reply answers with a passive text message, encrypted under the key that
// opened the question (-1: plain). room is scratch space.
func (h *webhook) reply(w http.ResponseWriter, p *push, key int, text string, room *bytes.Buffer) {
	now := h.opts.Wall().Unix()
	out := appendText(room.AvailableBuffer(), p.from, p.to, now, text)
	if key >= 0 {
		plain := out
		out = appendEnvelope(make([]byte, 0, 256+len(plain)*3/2), &h.keys[key], h.opts.AppID, h.opts.Token, now, plain)
	}
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(out)))
	_, _ = w.Write(out)
	// On the wire before the turn ends and the rest of the answer may follow.
	_ = http.NewResponseController(w).Flush()
}

// appendText appends a passive text reply. The names change places.
func appendText(dst []byte, to, from string, now int64, text string) []byte {
	dst = append(dst, "<xml><ToUserName>"...)
	dst = appendCDATA(dst, to)
	dst = append(dst, "</ToUserName><FromUserName>"...)
	dst = appendCDATA(dst, from)
	dst = append(dst, "</FromUserName><CreateTime>"...)
	dst = strconv.AppendInt(dst, now, 10)
	dst = append(dst, "</CreateTime><MsgType><![CDATA[text]]></MsgType><Content>"...)
	dst = appendCDATA(dst, text)
	return append(dst, "</Content></xml>"...)
}

// appendCDATA appends text so that none of it can end the section. Runes that
// XML lacks were dropped when the text was rendered.
func appendCDATA(dst []byte, s string) []byte {
	dst = append(dst, "<![CDATA["...)
	start := 0
	for i := 0; i+2 < len(s); i++ {
		if s[i] == ']' && s[i+1] == ']' && s[i+2] == '>' {
			dst = append(dst, s[start:i+2]...)
			dst = append(dst, "]]><![CDATA["...)
			start = i + 2
		}
	}
	dst = append(dst, s[start:]...)
	return append(dst, "]]>"...)
}

// appendEnvelope appends the encrypted form of a reply with its signature.
func appendEnvelope(dst []byte, k *aesKey, appID, token string, now int64, message []byte) []byte {
	var random [8]byte
	rand.Read(random[:]) //nolint:errcheck // never fails since Go 1.24
	nonce := strconv.FormatUint(binary.BigEndian.Uint64(random[:])>>1, 10)
	timestamp := strconv.FormatInt(now, 10)
	dst = append(dst, "<xml><Encrypt><![CDATA["...)
	start := len(dst)
	dst = k.seal(dst, message, appID)
	signature := sign(token, timestamp, nonce, string(dst[start:]))
	dst = append(dst, "]]></Encrypt><MsgSignature><![CDATA["...)
	dst = append(dst, signature[:]...)
	dst = append(dst, "]]></MsgSignature><TimeStamp>"...)
	dst = append(dst, timestamp...)
	dst = append(dst, "</TimeStamp><Nonce><![CDATA["...)
	dst = append(dst, nonce...)
	return append(dst, "]]></Nonce></xml>"...)
}
