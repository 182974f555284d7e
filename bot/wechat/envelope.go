package wechat

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
)

// Safe mode: AES-256-CBC, IV = key[:16], PKCS#7 to 32-byte blocks over
// 16 random bytes, the message's length (4 bytes, big-endian), the message and
// the app ID.
const (
	padBlock   = 32
	randomSize = 16
	headSize   = randomSize + 4
)

// Faults of an envelope. They never say what was inside.
var (
	errEnvelope = errors.New("wechat: broken envelope")
	errKey      = errors.New("wechat: no key of ours opens the envelope")
)

// aesKey is one EncodingAESKey, ready for use. A block cipher is safe for
// concurrent use; the CBC modes made from it are not and are made per message.
type aesKey struct {
	block cipher.Block
	iv    [aes.BlockSize]byte
}

// newAESKey decodes the 43 characters of the console.
func newAESKey(encoded string) (aesKey, error) {
	if len(encoded) != 43 {
		return aesKey{}, fmt.Errorf("wechat: an AES key has 43 characters, not %d", len(encoded))
	}
	// WeChat's random 43rd character carries two bits beyond the 256, so the
	// decoding must not be Strict.
	raw, err := base64.StdEncoding.DecodeString(encoded + "=")
	if err != nil || len(raw) != 32 {
		return aesKey{}, errors.New("wechat: the AES key is not base64")
	}
	block, err := aes.NewCipher(raw)
	if err != nil {
		return aesKey{}, fmt.Errorf("wechat: AES key: %w", err)
	}
	k := aesKey{block: block}
	copy(k.iv[:], raw)
	return k, nil
}

// open decrypts with the first key that fits: the current one, then the
// previous. It gives the message and the number of the key, whose answer must
// go out under the same key.
func open(keys []aesKey, appID string, encrypted string) (message []byte, key int, err error) {
	sealed, err := base64.StdEncoding.DecodeString(encrypted)
	if err != nil || len(sealed) == 0 || len(sealed)%padBlock != 0 {
		return nil, 0, errEnvelope
	}
	plain := make([]byte, len(sealed))
	for i := range keys {
		cipher.NewCBCDecrypter(keys[i].block, keys[i].iv[:]).CryptBlocks(plain, sealed)
		if message, ok := unwrap(plain, appID); ok {
			return message, i, nil
		}
	}
	return nil, 0, errKey
}

// unwrap takes padding, random head, length and app ID off. Every byte is
// accounted for. Its answers do not tell a padding fault from a wrong app ID:
// the msg_signature has been checked before, so there is no oracle, but there is
// also no reason to offer one.
func unwrap(plain []byte, appID string) ([]byte, bool) {
	pad := int(plain[len(plain)-1])
	if pad < 1 || pad > padBlock || pad > len(plain)-headSize {
		return nil, false
	}
	for _, b := range plain[len(plain)-pad:] {
		if int(b) != pad {
			return nil, false
		}
	}
	plain = plain[:len(plain)-pad]
	size := uint64(binary.BigEndian.Uint32(plain[randomSize:headSize]))
	rest := plain[headSize:]
	if size > uint64(len(rest)) {
		return nil, false
	}
	if subtle.ConstantTimeCompare(rest[size:], []byte(appID)) != 1 {
		return nil, false
	}
	return rest[:size], true
}

// seal encrypts a message and appends its base64 to dst.
func (k *aesKey) seal(dst, message []byte, appID string) []byte {
	var random [randomSize]byte
	rand.Read(random[:]) //nolint:errcheck // never fails since Go 1.24
	return k.sealWith(random, dst, message, appID)
}

// sealWith is seal under given random bytes, so that others' envelopes can be
// made again, byte for byte.
func (k *aesKey) sealWith(random [randomSize]byte, dst, message []byte, appID string) []byte {
	size := headSize + len(message) + len(appID)
	pad := padBlock - size%padBlock
	plain := make([]byte, size+pad)
	copy(plain, random[:])
	binary.BigEndian.PutUint32(plain[randomSize:], uint32(len(message)))
	copy(plain[headSize:], message)
	copy(plain[headSize+len(message):], appID)
	for i := size; i < len(plain); i++ {
		plain[i] = byte(pad)
	}
	cipher.NewCBCEncrypter(k.block, k.iv[:]).CryptBlocks(plain, plain)
	return base64.StdEncoding.AppendEncode(dst, plain)
}
