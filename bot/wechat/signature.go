package wechat

import (
	"crypto/sha1" //nolint:gosec // WeChat's own scheme, not our choice
	"crypto/subtle"
	"encoding/hex"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// staleAfter is how far a push's timestamp may lie from our clock, either way.
// WeChat signs each delivery anew and gives up after 15 s, so 300 s is clock
// skew and nothing else. A replay within it meets the unique key of its message.
const staleAfter = 300 * time.Second

// signed are the query parameters every request of WeChat carries.
type signed struct {
	signature, timestamp, nonce string
	msgSignature, encryptType   string
	echo                        string
}

// readSigned picks the parameters out of the raw query. url.ParseQuery would do,
// at a dozen allocations a message. The first of doubled parameters counts.
func readSigned(raw string) (signed, bool) {
	var s signed
	for raw != "" {
		var pair string
		pair, raw, _ = strings.Cut(raw, "&")
		name, value, _ := strings.Cut(pair, "=")
		var at *string
		switch name {
		case "signature":
			at = &s.signature
		case "timestamp":
			at = &s.timestamp
		case "nonce":
			at = &s.nonce
		case "msg_signature":
			at = &s.msgSignature
		case "encrypt_type":
			at = &s.encryptType
		case "echostr":
			at = &s.echo
		default:
			continue
		}
		if *at != "" {
			continue
		}
		if strings.ContainsAny(value, "%+") {
			plain, err := url.QueryUnescape(value)
			if err != nil {
				return signed{}, false
			}
			value = plain
		}
		*at = value
	}
	const most = 128 // of a nonce or a timestamp; WeChat's have 10 digits
	return s, s.timestamp != "" && len(s.timestamp) <= most &&
		s.nonce != "" && len(s.nonce) <= most && len(s.echo) <= 1024
}

// fresh says whether the push was signed about now.
func (s *signed) fresh(now time.Time) bool {
	seconds, err := strconv.ParseInt(s.timestamp, 10, 64)
	if err != nil {
		return false
	}
	age := now.Unix() - seconds
	return age <= int64(staleAfter/time.Second) && age >= -int64(staleAfter/time.Second)
}

// sign is WeChat's signature: sha1 over the parts, sorted and joined, in hex.
func sign(parts ...string) (hexed [2 * sha1.Size]byte) {
	slices.Sort(parts)
	h := sha1.New() //nolint:gosec // see above
	var room [512]byte
	for _, p := range parts {
		// In pieces, so that no part is copied to the heap to be hashed.
		for len(p) > 0 {
			n := copy(room[:], p)
			h.Write(room[:n])
			p = p[n:]
		}
	}
	var sum [sha1.Size]byte
	hex.Encode(hexed[:], h.Sum(sum[:0]))
	return hexed
}

// genuine compares in constant time: an early exit would tell a forger how much
// of his signature is right.
func genuine(signature string, parts ...string) bool {
	want := sign(parts...)
	return subtle.ConstantTimeCompare(want[:], []byte(signature)) == 1
}
