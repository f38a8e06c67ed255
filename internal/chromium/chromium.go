package chromium

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// Path is the Chromium of this machine. Without one the test is skipped, in CI it fails.
func Path(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("there is no Chromium in CI")
	}
	t.Skip("!!! NO BROWSER: the pages are not seen by one. Install chromium !!!")
	return ""
}

// Browser is a running Chromium.
type Browser struct {
	t   testing.TB
	in  *os.File
	mu  sync.Mutex
	id  int
	ask map[int]chan reply
	say map[string]func(method string, params json.RawMessage) // by session
}

type reply struct {
	Result json.RawMessage
	Error  *struct{ Message string }
}

// Start runs a browser until the test ends.
func Start(t testing.TB) *Browser {
	t.Helper()
	theirs, ours, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	from, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	c := exec.CommandContext(ctx, Path(t), "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
		"--hide-scrollbars", "--remote-debugging-pipe", "--user-data-dir="+t.TempDir(), "about:blank")
	c.ExtraFiles = []*os.File{theirs, to} // 3 and 4, as the browser expects
	var log bytes.Buffer
	c.Stderr = &log
	if err := c.Start(); err != nil {
		stop()
		t.Fatal(err)
	}
	theirs.Close()
	to.Close()
	b := &Browser{t: t, in: ours, ask: map[int]chan reply{}, say: map[string]func(string, json.RawMessage){}}
	read := make(chan struct{})
	go func() {
		defer close(read)
		b.read(bufio.NewReaderSize(from, 1<<20))
	}()
	t.Cleanup(func() {
		b.call("", "Browser.close", nil)
		ended := make(chan struct{})
		go func() {
			_ = c.Wait()
			close(ended)
		}()
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
		}
		stop()
		<-ended
		from.Close()
		ours.Close()
		<-read
	})
	return b
}

// read hands over what the browser says until it ends.
func (b *Browser) read(from *bufio.Reader) {
	for {
		text, err := from.ReadBytes(0)
		if err != nil {
			b.mu.Lock()
			for id, waits := range b.ask {
				close(waits)
				delete(b.ask, id)
			}
			b.ask = nil
			b.mu.Unlock()
			return
		}
		var m struct {
			ID        int
			SessionID string
			Method    string
			Params    json.RawMessage
			reply
		}
		if json.Unmarshal(bytes.TrimSuffix(text, []byte{0}), &m) != nil {
			continue
		}
		b.mu.Lock()
		waits, hears := b.ask[m.ID], b.say[m.SessionID]
		delete(b.ask, m.ID)
		b.mu.Unlock()
		switch {
		case waits != nil:
			waits <- m.reply
		case hears != nil && m.Method != "":
			hears(m.Method, m.Params)
		}
	}
}

// call is try that fails the test when the browser refuses.
func (b *Browser) call(session, method string, params map[string]any) json.RawMessage {
	b.t.Helper()
	result, problem := b.try(session, method, params)
	if problem != "" {
		b.t.Fatalf("browser: %s: %s", method, problem)
	}
	return result
}

// try asks the browser for something and waits for the answer; nil when the browser ended.
// problem is why the browser refuses.
func (b *Browser) try(session, method string, params map[string]any) (result json.RawMessage, problem string) {
	b.t.Helper()
	waits := make(chan reply, 1)
	b.mu.Lock()
	if b.ask == nil {
		b.mu.Unlock()
		return nil, ""
	}
	b.id++
	message := map[string]any{"id": b.id, "method": method, "params": params}
	if session != "" {
		message["sessionId"] = session
	}
	text, err := json.Marshal(message)
	if err == nil {
		b.ask[b.id] = waits
		_, err = b.in.Write(append(text, 0))
	}
	b.mu.Unlock()
	if err != nil {
		return nil, ""
	}
	select {
	case r := <-waits:
		if r.Error != nil {
			return nil, r.Error.Message
		}
		return r.Result, ""
	case <-time.After(30 * time.Second):
		b.t.Fatalf("browser: %s: no answer", method)
	}
	return nil, ""
}

// Window is a page in a profile of its own: two windows share no cookie and no login.
type Window struct {
	b        *Browser
	session  string
	mu       sync.Mutex
	problems []string
}

// Open opens a window.
func (b *Browser) Open(width, height int) *Window {
	b.t.Helper()
	get := func(result json.RawMessage, name string) string {
		var all map[string]any
		_ = json.Unmarshal(result, &all)
		text, _ := all[name].(string)
		return text
	}
	profile := get(b.call("", "Target.createBrowserContext", nil), "browserContextId")
	target := get(b.call("", "Target.createTarget", map[string]any{"url": "about:blank", "browserContextId": profile}), "targetId")
	w := &Window{b: b, session: get(b.call("", "Target.attachToTarget", map[string]any{"targetId": target, "flatten": true}), "sessionId")}
	b.mu.Lock()
	b.say[w.session] = w.hear
	b.mu.Unlock()
	for _, domain := range []string{"Page", "Runtime", "Log"} {
		b.call(w.session, domain+".enable", nil)
	}
	w.Resize(width, height)
	return w
}

// hear notes what the console complains about: refusals by the policy of a page, and errors
// of scripts.
func (w *Window) hear(method string, params json.RawMessage) {
	if method == "Runtime.exceptionThrown" || method == "Log.entryAdded" && bytes.Contains(params, []byte(`"level":"error"`)) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.problems = append(w.problems, string(params))
	}
}

// Problems are what the console complained about so far.
func (w *Window) Problems() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string{}, w.problems...)
}

// Resize makes the window another size, in CSS pixels. Below 600 it is a phone.
func (w *Window) Resize(width, height int) {
	w.b.t.Helper()
	w.b.call(w.session, "Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})
}

// Dark chooses the colour scheme that the reader prefers.
func (w *Window) Dark(is bool) {
	w.b.t.Helper()
	value := map[bool]string{true: "dark", false: "light"}[is]
	w.b.call(w.session, "Emulation.setEmulatedMedia", map[string]any{"features": []any{map[string]any{"name": "prefers-color-scheme", "value": value}}})
}

// Headers are sent with every request from now on.
func (w *Window) Headers(all map[string]string) {
	w.b.t.Helper()
	w.b.call(w.session, "Network.enable", nil)
	w.b.call(w.session, "Network.setExtraHTTPHeaders", map[string]any{"headers": all})
}

// Go opens an address and waits until the page is there.
func (w *Window) Go(address string) {
	w.b.t.Helper()
	w.b.call(w.session, "Page.navigate", map[string]any{"url": address})
	w.Wait("document.readyState === 'complete' && location.href !== 'about:blank'", 20*time.Second)
}

// Run evaluates an expression in the page, waits for a promise, and returns its value.
func (w *Window) Run(expression string) any {
	w.b.t.Helper()
	value, problem := w.run(expression)
	if problem != "" {
		w.b.t.Fatalf("browser: %s: %s", expression, problem)
	}
	return value
}

func (w *Window) run(expression string) (value any, problem string) {
	var r struct {
		Result           struct{ Value any }
		ExceptionDetails *struct {
			Text      string
			Exception struct{ Description string }
		}
	}
	// A page that is left while it is asked refuses: "Inspected target navigated or closed".
	result, problem := w.b.try(w.session, "Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true})
	if problem != "" {
		return nil, problem
	}
	if err := json.Unmarshal(result, &r); err != nil {
		return nil, err.Error()
	}
	if r.ExceptionDetails != nil {
		return nil, r.ExceptionDetails.Text + " " + r.ExceptionDetails.Exception.Description
	}
	return r.Result.Value, ""
}

// Wait waits until an expression is true, and returns how long that took. An expression that
// fails, as on a page that is being left, is not true.
func (w *Window) Wait(expression string, within time.Duration) time.Duration {
	w.b.t.Helper()
	begun := time.Now()
	for {
		value, problem := w.run(expression)
		if value == true {
			return time.Since(begun)
		}
		if time.Since(begun) > within {
			text, _ := w.run("document.body ? document.body.innerText : ''")
			w.b.t.Fatalf("not within %s: %s (%v %s) in\n%v", within, expression, value, problem, text)
		}
		<-time.After(20 * time.Millisecond) // the page says nothing when it becomes so
	}
}

// Click clicks on what a selector finds, as a person does: in its middle.
func (w *Window) Click(selector string) {
	w.b.t.Helper()
	at, _ := w.Run(fmt.Sprintf(`(() => { const e = document.querySelector(%q); if (!e) return null; e.scrollIntoView({block: "center"});
		const r = e.getBoundingClientRect(); return [r.x + r.width/2, r.y + r.height/2]; })()`, selector)).([]any)
	if len(at) != 2 {
		w.b.t.Fatalf("browser: there is no %s", selector)
	}
	for _, kind := range []string{"mousePressed", "mouseReleased"} {
		w.b.call(w.session, "Input.dispatchMouseEvent", map[string]any{"type": kind, "x": at[0], "y": at[1], "button": "left", "clickCount": 1})
	}
}

// Type types a text into what has the focus.
func (w *Window) Type(text string) {
	w.b.t.Helper()
	w.b.call(w.session, "Input.insertText", map[string]any{"text": text})
}

// Shot writes a picture of the page as a PNG; full means beyond the window.
func (w *Window) Shot(file string, full bool) {
	w.b.t.Helper()
	var r struct{ Data string }
	if err := json.Unmarshal(w.b.call(w.session, "Page.captureScreenshot", map[string]any{"captureBeyondViewport": full}), &r); err != nil {
		w.b.t.Fatal(err)
	}
	picture, err := base64.StdEncoding.DecodeString(strings.TrimSpace(r.Data))
	if err == nil {
		err = os.WriteFile(file, picture, 0o644)
	}
	if err != nil {
		w.b.t.Fatal(err)
	}
}
