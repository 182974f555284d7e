package wechat

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"

	"github.com/silenceper/wechat/v2/util"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const (
	testKey   = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
	testOther = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	testApp   = "wx0123456789abcdef"
)

func mustKey(t interface{ Fatal(...any) }, encoded string) aesKey {
	k, err := newAESKey(encoded)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// Vectors of two npm packages (testdata/vectors.js says how they were made): we
// open what they sealed, and seal the same to the same bytes.
func TestInteroperates(t *testing.T) {
	raw, err := os.ReadFile("testdata/vectors.json")
	require.NoError(t, err)
	var file struct {
		Token, ID string
		Vectors   []struct{ By, Key, Timestamp, Nonce, Message, Random, Encrypted, Signature string }
	}
	require.NoError(t, json.Unmarshal(raw, &file))
	require.Len(t, file.Vectors, 72)
	for _, v := range file.Vectors {
		key := mustKey(t, v.Key)
		message, n, err := open([]aesKey{mustKey(t, "x"+v.Key[1:]), key}, file.ID, v.Encrypted)
		require.NoError(t, err, v.By)
		require.Equal(t, 1, n)
		require.Equal(t, v.Message, string(message))
		require.True(t, genuine(v.Signature, file.Token, v.Timestamp, v.Nonce, v.Encrypted), v.By)
		var random [randomSize]byte
		_, err = hex.Decode(random[:], []byte(v.Random))
		require.NoError(t, err)
		require.Equal(t, v.Encrypted, string(key.sealWith(random, nil, []byte(v.Message), file.ID)), v.By)
	}
}

// And both ways with the library, whatever the message.
func TestInteroperatesWithTheLibrary(t *testing.T) {
	key := mustKey(t, testKey)
	rapid.Check(t, func(t *rapid.T) {
		message := rapid.SliceOfN(rapid.Byte(), 1, 300).Draw(t, "message")
		random := rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "random")
		sealed, err := util.EncryptMsg(random, message, testApp, testKey)
		require.NoError(t, err)
		got, _, err := open([]aesKey{key}, testApp, string(sealed))
		require.NoError(t, err)
		require.Equal(t, message, got)
		_, got, err = util.DecryptMsg(testApp, string(key.seal(nil, message, testApp)), testKey)
		require.NoError(t, err)
		require.Equal(t, message, got)
	})
}

// No changed byte of an envelope opens to the same message by another way, and
// none crashes.
func TestTamperedEnvelopes(t *testing.T) {
	key := mustKey(t, testKey)
	sealed, err := base64.StdEncoding.DecodeString(string(key.seal(nil, []byte("<xml>x</xml>"), testApp)))
	require.NoError(t, err)
	// The last block but one and the last hold app ID and padding: any change
	// there must be seen. Earlier ones change the message only, which
	// msg_signature covers.
	for i := len(sealed) - 32; i < len(sealed); i++ {
		for _, bit := range []byte{1, 0x80} {
			bad := append([]byte(nil), sealed...)
			bad[i] ^= bit
			_, _, err := open([]aesKey{key}, testApp, base64.StdEncoding.EncodeToString(bad))
			require.ErrorIs(t, err, errKey)
		}
	}
	for name, bad := range map[string]string{
		"empty": "", "not base64": "***", "half a block": base64.StdEncoding.EncodeToString(sealed[:48]),
	} {
		_, _, err := open([]aesKey{key}, testApp, bad)
		require.ErrorIs(t, err, errEnvelope, name)
	}
	_, _, err = open([]aesKey{mustKey(t, testOther)}, testApp, string(key.seal(nil, []byte("x"), testApp)))
	require.ErrorIs(t, err, errKey)
	_, _, err = open([]aesKey{key}, "wx000", string(key.seal(nil, []byte("x"), testApp)))
	require.ErrorIs(t, err, errKey)
}

// FuzzEnvelope opens foreign bytes: no panic, and what opens is what the library
// reads there.
func FuzzEnvelope(f *testing.F) {
	key := mustKey(f, testKey)
	f.Add([]byte("AAAA"), false)
	f.Add(key.seal(nil, []byte("<xml></xml>"), testApp), false)
	f.Add([]byte("0123456789abcdef\x00\x00\x00\x01xwx0123456789abcdef"), true)
	f.Add([]byte("0123456789abcdef\xff\xff\xff\xffxwx0123456789abcdef"), true)
	f.Fuzz(func(t *testing.T, b []byte, crypt bool) {
		if crypt { // plaintext of the fuzzer's choice, padded or not, under the key
			b = append(b, make([]byte, (padBlock-len(b)%padBlock)%padBlock)...)
			b = encryptRaw(&key, b)
		}
		message, _, err := open([]aesKey{key}, testApp, string(b))
		if err != nil {
			return
		}
		_, theirs, err := util.DecryptMsg(testApp, string(b), testKey)
		if err != nil || string(theirs) != string(message) {
			t.Fatalf("we read %q, the library %q (%v)", message, theirs, err)
		}
	})
}
