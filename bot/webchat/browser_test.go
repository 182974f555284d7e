package webchat_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"zhenban/bot/webchat/webchattest/browser"
)

func TestDemoInBrowser(t *testing.T) {
	p := openDemo(t, true)
	p.run(browser.Size(1280, 800), browser.Prefer(false), chromedp.Navigate(p.url+"/?lang=zh-Hans"),
		browser.Wait(in("client", says("您好，这里是"))), browser.Wait(in("staff", says("王护士"))))
	p.shot("1-opened")

	p.run(
		browser.Do("return "+in("client", tap("同意"))), browser.Wait(in("client", says("请问需要什么"))),
		browser.Do("return "+in("client", tap("预约就诊"))), browser.Wait(in("client", says("陈医生有这些时间"))))
	p.shot("2-choosing")
	p.run(browser.Do("return "+in("client", tap("10:15"))), browser.Wait(in("client", says("预约成功"))))
	phone := ask[string](p, in("client", `[...doc.querySelectorAll(".bubble a")].map((a) => a.getAttribute("href")).join(" ") + " "`))
	require.Contains(t, phone, "tel:02162345678")
	require.Contains(t, phone, "tel:13800138000")
	require.Contains(t, phone, "https://clinic.example/privacy?v=3&a=1 ")

	p.run(chromedp.Click(chromedp.CSS(`[data-advance="24h"]`)), browser.Wait(in("client", says("提醒：明天"))), browser.Wait(in("staff", says("误食"))),
		browser.Wait(`document.getElementById("time").textContent.startsWith("09:30")`),
		browser.Wait(in("client", `doc.querySelectorAll(".day").length === 2 && [...doc.querySelectorAll(".day")].map((d) => d.textContent).join() === "昨天,今天"`)),
		browser.Wait(in("client", `doc.querySelectorAll(".live").length === 1`)))
	p.shot("3-two-phones")
	p.run(browser.Prefer(true))
	p.shot("4-dark")
	p.run(browser.Prefer(false), browser.Size(390, 844))
	p.shot("5-narrow")
	p.run(chromedp.Click(chromedp.ID("tab-staff")), browser.Wait(`document.getElementById("phone-client").offsetWidth === 0`))
	p.shot("6-narrow-staff")
}

func TestPageInBrowser(t *testing.T) {
	p := openDemo(t, false)
	doc := func(expression string) browser.Action {
		return browser.Wait(`((doc) => ` + expression + `)(document)`)
	}
	p.run(browser.Size(390, 844), browser.Prefer(false), chromedp.Navigate(p.url+"/?lang=zh-Hans"), doc(says("您好，这里是")))

	// Typed markup stays text, and so does what comes back.
	p.run(chromedp.SendKeys(chromedp.ID("say"), "<img src=x onerror=alert(1)>"+kb.Enter), doc(says("onclick=x")))
	require.Zero(t, ask[int](p, `document.querySelectorAll("#entries img, #entries [onclick], #entries [onerror], #entries a[href^=javascript]").length`))

	// By keyboard alone: back from the input to the newest question, along it, and pick.
	p.run(chromedp.SendKeys(chromedp.ID("say"), "同意"+kb.Enter), doc(says("请问需要什么")), chromedp.Focus(chromedp.ID("say")))
	const active = `document.activeElement.id || document.activeElement.textContent`
	p.run(shiftTab())
	require.Equal(t, "attach", ask[string](p, active))
	p.run(shiftTab())
	require.Equal(t, "5. 联系人工", ask[string](p, active))
	up := chromedp.KeyEvent(kb.ArrowUp)
	p.run(up, up, up, up)
	require.Equal(t, "1. 预约就诊", ask[string](p, active))
	p.run(chromedp.KeyEvent(kb.Enter), doc(says("陈医生有这些时间")))

	// The line is cut: what is said waits, is shown as waiting, and arrives once, in order.
	p.cut(true)
	p.run(doc(`!doc.getElementById("banner").hidden`),
		chromedp.SendKeys(chromedp.ID("say"), "断线时说的一"+kb.Enter), chromedp.SendKeys(chromedp.ID("say"), "断线时说的二"+kb.Enter),
		doc(`doc.querySelectorAll("#pending .row").length === 2`))
	p.shot("7-offline")
	require.Equal(t, 2, ask[int](p, `Object.keys(localStorage).filter((k) => k.includes("waiting")).length`), "kept for a reload")
	p.cut(false)
	p.run(chromedp.Reload(), doc(says("好的：断线时说的二")), doc(`doc.querySelectorAll("#pending .row").length === 0`))
	got := p.memory.Taken()
	require.Equal(t, "断线时说的一", got[len(got)-2].Text)
	require.Equal(t, "断线时说的二", got[len(got)-1].Text)

	// A photo, and the answer to it.
	name := filepath.Join(t.TempDir(), "豆豆.png")
	require.NoError(t, os.WriteFile(name, photo(), 0o600))
	p.run(chromedp.SetUploadFiles(chromedp.ID("file"), []string{name}), doc(says("照片收到了")),
		doc(`doc.querySelectorAll("#entries .mine img").length === 1 && doc.querySelector("#entries img").naturalWidth === 320`))
	p.shot("8-photo")
	p.run(browser.Prefer(true))
	p.shot("9-photo-dark")
	p.run(browser.Size(1280, 800), browser.Prefer(false), chromedp.Navigate(p.url+"/?lang=en"), doc(says("照片收到了")),
		chromedp.SendKeys(chromedp.ID("say"), "注意事项"+kb.Enter), doc(says("术后护理")))
	// A long answer is read from its beginning.
	require.True(t, ask[bool](p, `[...document.querySelectorAll("#entries .theirs")].at(-1).getBoundingClientRect().top > document.getElementById("log").getBoundingClientRect().top`))
	p.shot("10-wide-english")
	p.run(chromedp.Click(chromedp.ID("newer")), doc(`doc.getElementById("newer").hidden && doc.querySelector(".live .option").getBoundingClientRect().bottom < doc.getElementById("composer").getBoundingClientRect().top`))
}

func shiftTab() browser.Action {
	return chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift))
}

// The clinic's own site, of another origin, opens the chat in a frame.
func TestEmbedInBrowser(t *testing.T) {
	p := openDemo(t, false)
	p.run(browser.Size(1280, 800), browser.Prefer(false), chromedp.Navigate(p.site), browser.Wait(`document.querySelector("button[aria-label='在线咨询']")`))
	p.shot("11-site")
	p.run(chromedp.Click(chromedp.CSS("button[aria-label='在线咨询']")), browser.Wait(`document.querySelector("iframe")?.offsetWidth === 400`))
	greeted := <-p.followed
	require.Equal(t, "zh-Hans", greeted.Locale)
	p.run(browser.Size(390, 844), browser.Wait(`document.querySelector("iframe").offsetWidth === 390`))
	p.run(browser.Size(1280, 800), browser.Wait(`document.querySelector("iframe").offsetWidth === 400`))
	p.shot("12-site-open")
	p.run(chromedp.Click(chromedp.CSS("button[aria-label='收起聊天']")), browser.Wait(`document.querySelector("iframe").offsetWidth === 0`))
	require.Equal(t, "在线咨询", ask[string](p, `document.activeElement.getAttribute("aria-label")`))
}
