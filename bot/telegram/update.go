package telegram

import (
	"encoding/json"
	"strconv"

	"github.com/go-telegram/bot/models"
)

// tgUpdate is the library's whole update: used only in signatures.
type tgUpdate = models.Update

// update is what the channel reads of https://core.telegram.org/bots/api#update.
// The library's type is not used for it: its unions refuse a value they do not
// know (a new kind of chat member or forward), and one such update would stop
// every later one.
type update struct {
	ID       int64       `json:"update_id"`
	Message  *message    `json:"message"`
	Callback *callback   `json:"callback_query"`
	Member   *membership `json:"my_chat_member"`
}

type chat struct {
	ID   int64  `json:"id"`
	Type string `json:"type"`
}

type user struct {
	ID       int64  `json:"id"`
	IsBot    bool   `json:"is_bot"`
	Name     string `json:"first_name"`
	Language string `json:"language_code"`
}

// file stands for PhotoSize, Document, Voice, Audio and Video alike.
type file struct {
	ID       string `json:"file_id"`
	Name     string `json:"file_name"`
	MimeType string `json:"mime_type"`
	Size     int64  `json:"file_size"`
	Width    int    `json:"width"`
	Height   int    `json:"height"`
}

type message struct {
	ID       int    `json:"message_id"`
	Date     int64  `json:"date"`
	Chat     chat   `json:"chat"`
	From     *user  `json:"from"`
	Text     string `json:"text"`
	Caption  string `json:"caption"`
	Photo    []file `json:"photo"`
	Document *file  `json:"document"`
	Voice    *file  `json:"voice"`
	Audio    *file  `json:"audio"`
	Video    *file  `json:"video"`
	Contact  *struct {
		Phone  string `json:"phone_number"`
		UserID int64  `json:"user_id"`
	} `json:"contact"`
	Location *struct {
		Latitude  float64 `json:"latitude"`
		Longitude float64 `json:"longitude"`
	} `json:"location"`

	// Nothing to read in these; that they are there is enough.
	Sticker   json.RawMessage `json:"sticker"`
	Animation json.RawMessage `json:"animation"`
	VideoNote json.RawMessage `json:"video_note"`
	Dice      json.RawMessage `json:"dice"`
	Poll      json.RawMessage `json:"poll"`
	Game      json.RawMessage `json:"game"`
	Story     json.RawMessage `json:"story"`
	Checklist json.RawMessage `json:"checklist"`
	PaidMedia json.RawMessage `json:"paid_media"`
}

type callback struct {
	ID   string `json:"id"`
	From *user  `json:"from"`
	Data string `json:"data"`
	// Message can be one that the bot may no longer read: then only its chat
	// and number are there.
	Message *struct {
		ID   int  `json:"message_id"`
		Chat chat `json:"chat"`
	} `json:"message"`
}

type membership struct {
	Date int64 `json:"date"`
	Chat chat  `json:"chat"`
	From *user `json:"from"`
	New  struct {
		Status string `json:"status"`
	} `json:"new_chat_member"`
}

// allowedUpdates is what the bot asks Telegram for; edited messages, channel
// posts and reactions are not even sent.
func allowedUpdates() []string {
	return []string{models.AllowedUpdateMessage, models.AllowedUpdateCallbackQuery, models.AllowedUpdateMyChatMember}
}

// chatID is whose order the update belongs to.
func (u *update) chatID() int64 {
	switch {
	case u.Message != nil:
		return u.Message.Chat.ID
	case u.Callback != nil && u.Callback.Message != nil:
		return u.Callback.Message.Chat.ID
	case u.Callback != nil && u.Callback.From != nil:
		return u.Callback.From.ID
	case u.Member != nil:
		return u.Member.Chat.ID
	}
	return 0
}

// key makes an update one. The number is unique, but not growing for ever
// (after a quiet week it starts anywhere): never compare it by size.
func (u *update) key() string { return Name + ":" + strconv.FormatInt(u.ID, 10) }
