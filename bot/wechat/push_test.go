package wechat

import (
	"crypto/cipher"
	"encoding/base64"
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"github.com/silenceper/wechat/v2/officialaccount/message"
	"github.com/stretchr/testify/require"
)

// encryptRaw encrypts whole blocks as they are.
func encryptRaw(k *aesKey, plain []byte) []byte {
	sealed := make([]byte, len(plain))
	cipher.NewCBCEncrypter(k.block, k.iv[:]).CryptBlocks(sealed, plain)
	return []byte(base64.StdEncoding.EncodeToString(sealed))
}

// Pushes as WeChat's documents show them.
var pushes = []string{
	`<xml><ToUserName><![CDATA[toUser]]></ToUserName><FromUserName><![CDATA[fromUser]]></FromUserName><CreateTime>1348831860</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[this is a test]]></Content><MsgId>1234567890123456</MsgId><MsgDataId>xxxx</MsgDataId><Idx>xxxx</Idx></xml>`,
	"<xml>\n  <ToUserName><![CDATA[ToUser]]></ToUserName>\n  <FromUserName><![CDATA[FromUser]]></FromUserName>\n  <CreateTime>1500000000</CreateTime>\n  <MsgType><![CDATA[text]]></MsgType>\n  <Content><![CDATA[满意]]></Content>\n  <MsgId>1234567890123456</MsgId>\n  <bizmsgmenuid>101</bizmsgmenuid>\n</xml>\n",
	`<xml><ToUserName><![CDATA[toUser]]></ToUserName><FromUserName><![CDATA[fromUser]]></FromUserName><CreateTime>1351776360</CreateTime><MsgType><![CDATA[location]]></MsgType><Location_X>23.134521</Location_X><Location_Y>113.358803</Location_Y><Scale>20</Scale><Label><![CDATA[位置信息]]></Label><MsgId>1234567890123456</MsgId></xml>`,
	`<xml><ToUserName><![CDATA[toUser]]></ToUserName><FromUserName><![CDATA[FromUser]]></FromUserName><CreateTime>123456789</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[subscribe]]></Event><EventKey><![CDATA[qrscene_123123]]></EventKey><Ticket><![CDATA[TICKET]]></Ticket></xml>`,
	`<xml><ToUserName><![CDATA[gh_e136c6e50636]]></ToUserName><FromUserName><![CDATA[oMgHVjngRipVsoxg6TuX3vz6glDg]]></FromUserName><CreateTime>1408090651</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[pic_sysphoto]]></Event><EventKey><![CDATA[6]]></EventKey><SendPicsInfo><Count>1</Count><PicList><item><PicMd5Sum><![CDATA[1b5f7c23b5bf75682a53e7b6d163e185]]></PicMd5Sum></item></PicList></SendPicsInfo></xml>`,
	`<xml><ToUserName><![CDATA[gh_123456789abc]]></ToUserName><FromUserName><![CDATA[otFpruAK8D-E6EfStSYonYSBZ8_4]]></FromUserName><CreateTime>1610969440</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[subscribe_msg_popup_event]]></Event><SubscribeMsgPopupEvent><List><TemplateId><![CDATA[VRR0UEO9VJOLs0MHlU0OilqX6MVFDwH3_3gz3Oc0NIc]]></TemplateId><SubscribeStatusString><![CDATA[accept]]></SubscribeStatusString><PopupScene>2</PopupScene></List></SubscribeMsgPopupEvent></xml>`,
	`<xml><ToUserName><![CDATA[gh]]></ToUserName><Encrypt><![CDATA[AAAA]]></Encrypt></xml>`,
}

func TestDecodesTheDocuments(t *testing.T) {
	for i, text := range pushes {
		_, quick := scanPush([]byte(text))
		require.Equal(t, i != 4 && i != 5, quick, "all but nested ones go the short way: %s", text)
		p, err := decodePush([]byte(text))
		require.NoError(t, err, text)
		require.NotEmpty(t, p.to)
		if p.encrypt == "" {
			_, _, ok := p.inbound(time.Unix(1, 0))
			require.True(t, ok, text)
		}
	}
}

func TestRefusesBrokenXML(t *testing.T) {
	for name, text := range map[string]string{
		"empty":            "",
		"no root":          "words",
		"another root":     "<html></html>",
		"two roots":        "<xml></xml><xml></xml>",
		"words after":      "<xml></xml>x",
		"words before":     "x<xml></xml>",
		"unclosed":         "<xml><Content>x</Content>",
		"crossed":          "<xml><a><b></a></b></xml>",
		"DTD":              "<!DOCTYPE xml><xml></xml>",
		"entity":           "<xml><Content>&x;</Content></xml>",
		"HTML entity":      "<xml><Content>&nbsp;</Content></xml>",
		"another charset":  `<?xml version="1.0" encoding="gbk"?><xml></xml>`,
		"instruction":      "<xml><?php x?></xml>",
		"twice":            "<xml><Content>a</Content><Content>b</Content></xml>",
		"two envelopes":    "<xml><Encrypt>a</Encrypt><Encrypt>b</Encrypt></xml>",
		"a namespace":      "<xml xmlns='x'></xml>",
		"a prefix":         "<xml><x:Content>a</x:Content></xml>",
		"deep":             "<xml>" + strings.Repeat("<a>", maxDepth) + strings.Repeat("</a>", maxDepth) + "</xml>",
		"invalid UTF-8":    "<xml><Content>\xff</Content></xml>",
		"control":          "<xml><Content>\x01</Content></xml>",
		"numbered control": "<xml><Content>&#1;</Content></xml>",
	} {
		_, err := decodePush([]byte(text))
		require.ErrorIs(t, err, errXML, name)
	}
}

// FuzzXML reads foreign bytes: no panic; what the hand-written scanner reads,
// encoding/xml reads the same; and where the library's way of reading succeeds as
// well, it reads the same.
func FuzzXML(f *testing.F) {
	for _, text := range pushes {
		f.Add([]byte(text))
	}
	f.Add([]byte("<xml><Content>&lt;&#x4f60;<![CDATA[]]]]><![CDATA[>]]></Content></xml>"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if quick, ok := scanPush(b); ok {
			slow, err := decodeXML(b)
			if err != nil || *slow != *quick {
				t.Fatalf("the scanner read %+v, encoding/xml %+v (%v)", quick, slow, err)
			}
		}
		p, err := decodePush(b)
		if err != nil {
			return
		}
		_, _, _ = p.inbound(time.Unix(1_700_000_000, 0))
		var theirs message.MixMessage
		if xml.Unmarshal(b, &theirs) != nil {
			return // a number where words stand; ours are read later
		}
		if theirs.Content != p.content || string(theirs.FromUserName) != p.from || string(theirs.Event) != p.event {
			t.Fatalf("we read %q %q %q, the library %q %q %q", p.content, p.from, p.event, theirs.Content, theirs.FromUserName, theirs.Event)
		}
	})
}

func TestSignedQuery(t *testing.T) {
	s, ok := readSigned("signature=a%62&timestamp=1&nonce=2&echostr=x+y&openid=o&msg_signature=m&encrypt_type=aes&nonce=3")
	require.True(t, ok)
	require.Equal(t, signed{signature: "ab", timestamp: "1", nonce: "2", echo: "x y", msgSignature: "m", encryptType: "aes"}, s)
	for _, bad := range []string{"", "nonce=1", "timestamp=1", "timestamp=1&nonce=%zz", "timestamp=1&nonce=" + strings.Repeat("1", 200)} {
		_, ok := readSigned(bad)
		require.False(t, ok, bad)
	}
	for text, want := range map[string]bool{"700": true, "1300": true, "699": false, "1301": false, "x": false, "-9223372036854775808": false} {
		q := signed{timestamp: text}
		require.Equal(t, want, q.fresh(time.Unix(1000, 0)), text)
	}
	require.False(t, genuine("", "a"))
}
