package telegram

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/gif"  // photo dimensions
	_ "image/jpeg" // photo dimensions
	_ "image/png"  // photo dimensions
	"io"
	"net/http"
	"strings"

	tg "github.com/go-telegram/bot"

	"zhenban/bot"
)

const (
	maxDownload = 20 << 20 // getFile: "bots can download files of up to 20MB"
	maxPhoto    = 10 << 20 // sendPhoto: 10 MB, width + height ≤ 10,000, ratio ≤ 20
	maxDocument = 50 << 20 // sendDocument
)

// ErrTooLarge says that Telegram does not give or take a file of that size.
var ErrTooLarge = errors.New("telegram: file too large")

// Fetch implements bot.Fetcher.
func (c *Channel) Fetch(ctx context.Context, m *bot.Media) ([]byte, error) {
	data, _, err := c.Media(ctx, m.ID)
	switch {
	case errors.Is(err, ErrTooLarge):
		return nil, fmt.Errorf("%w: %w", bot.ErrFileTooLarge, err)
	case err != nil && strings.Contains(strings.ToLower(err.Error()), "file_id"): // 400: invalid file_id
		return nil, fmt.Errorf("%w: %w", bot.ErrFileGone, err)
	}
	return data, err
}

// Media fetches a file that a person sent, at most 20 MB, with its content
// type. The address holds the token, so no error carries it.
func (c *Channel) Media(ctx context.Context, fileID string) ([]byte, string, error) {
	ctx, cancel := context.WithTimeout(ctx, uploadTimeout)
	defer cancel()
	f, err := c.api.GetFile(ctx, &tg.GetFileParams{FileID: fileID})
	if err != nil {
		if strings.Contains(strings.ToLower(err.Error()), "file is too big") {
			return nil, "", ErrTooLarge
		}
		return nil, "", fmt.Errorf("telegram: getFile: %w", c.classify(err))
	}
	if f.FileSize > maxDownload {
		return nil, "", ErrTooLarge
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.api.FileDownloadLink(f), nil)
	if err != nil {
		return nil, "", fmt.Errorf("telegram: download: %w", c.wire.redact(err))
	}
	resp, err := c.wire.http.Do(req)
	if err != nil {
		return nil, "", fmt.Errorf("telegram: download: %w", c.wire.redact(err))
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil, "", fmt.Errorf("telegram: download: HTTP %d", resp.StatusCode)
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxDownload+1))
	if err != nil {
		return nil, "", fmt.Errorf("telegram: download: %w", c.wire.redact(err))
	}
	if len(data) > maxDownload {
		return nil, "", ErrTooLarge
	}
	kind := resp.Header.Get("Content-Type")
	if kind == "" || strings.HasPrefix(kind, "application/octet-stream") {
		kind = http.DetectContentType(data)
	}
	return data, kind, nil
}

// isPhoto says whether sendPhoto takes these bytes; anything else goes as a
// document, which is never refused for its content.
func isPhoto(m *bot.Media) bool {
	if len(m.Data) > maxPhoto {
		return false
	}
	size, format, err := image.DecodeConfig(bytes.NewReader(m.Data))
	if err != nil || format == "gif" || size.Width == 0 || size.Height == 0 {
		return false
	}
	return size.Width+size.Height <= 10_000 && max(size.Width, size.Height) <= 20*min(size.Width, size.Height)
}
