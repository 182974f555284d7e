package cmd

import (
	"slices"
	"strings"
	"unicode"

	"zhenban/config"
	"zhenban/models"
)

// record is one row of a file of clients, as read.
type record struct {
	at      cell // the row's first cell
	client  models.Client
	patient models.Patient
	died    string          // the day of death, or "yes"
	tags    string          // what the patient has or had, for segments
	last    []string        // when each of the profile's recalls was last done, in its order
	given   map[string]cell // columns with something in them, by key
	broken  bool            // a cell could not be read
}

// column is one column that a file of clients may have. Its names are compared
// without spaces, stars, case and what stands in brackets.
type column struct {
	key     string // the first name, for messages and help
	names   []string
	patient bool                  // of the patient rather than the client
	beside  bool                  // of the patient, kept beside the record itself
	text    func(*record) *string // where the value goes; nil: the weight
	parse   func(im *clientsImport, c cell) (string, error)
}

func columns() []column { //nolint:funlen // a list, one entry a column
	type r = *record
	return []column{
		{
			"客户编号", names("identifier", "client", "client id", "client number", "client identifier", "客户号", "会员编号", "会员号", "客戶編號", "會員編號"), false, false,
			func(r r) *string { return &r.client.Identifier }, parseIdentifier,
		},
		{
			"姓名", names("name", "client name", "owner", "owner name", "客户姓名", "主人", "主人姓名", "宠主", "宠主姓名", "联系人", "客戶姓名", "飼主", "飼主姓名"), false, false,
			func(r r) *string { return &r.client.Name }, line(64),
		},
		{
			"手机", names("phone", "mobile", "telephone", "tel", "手机号", "手机号码", "电话", "电话号码", "联系电话", "手機", "手機號", "電話", "聯絡電話"), false, false,
			func(r r) *string { return &r.client.Phone }, parsePhone,
		},
		{
			"紧急联系人", names("emergency", "emergency contact", "緊急聯絡人", "緊急聯繫人"), false, false,
			func(r r) *string { return &r.client.Emergency }, line(200),
		},
		{
			"语言", names("language", "preferred language", "首选语言", "語言"), false, false,
			func(r r) *string { return &r.client.Language }, oneOfWords(languageWords()),
		},
		{
			"特殊需求", names("needs", "special needs", "特殊需要", "特殊人群"), false, false,
			func(r r) *string { return &r.client.Needs }, parseNeeds,
		},
		{
			"会员等级", names("tier", "membership", "member tier", "级别", "会员级别", "會員等級", "會員級別"), false, false,
			func(r r) *string { return &r.client.Tier }, parseTier,
		},
		{
			"患者编号", names("patient identifier", "patient id", "patient number", "病历号", "宠物编号", "病例号", "患者編號", "病歷號", "寵物編號"), true, false,
			func(r r) *string { return &r.patient.Identifier }, parseIdentifier,
		},
		{
			"患者姓名", names("patient", "patient name", "pet", "pet name", "患者", "宠物", "宠物名", "宠物姓名", "宠物名称", "宠物昵称", "寵物", "寵物名"), true, false,
			func(r r) *string { return &r.patient.Name }, line(64),
		},
		{
			"物种", names("species", "宠物种类", "种类", "动物种类", "物種", "種類"), true, false,
			func(r r) *string { return &r.patient.Species }, parseSpecies,
		},
		{
			"品种", names("breed", "品種"), true, false,
			func(r r) *string { return &r.patient.Breed }, line(64),
		},
		{
			"性别", names("sex", "gender", "性別"), true, false,
			func(r r) *string { return &r.patient.Sex }, oneOfWords(sexWords()),
		},
		{
			"绝育", names("neutered", "spayed", "sterilized", "是否绝育", "绝育情况", "絕育", "是否絕育"), true, false,
			func(r r) *string { return &r.patient.Neutered }, oneOfWords(neuteredWords()),
		},
		{
			"出生日期", names("birth date", "birthdate", "birthday", "born", "date of birth", "dob", "生日", "出生"), true, false,
			func(r r) *string { return &r.patient.BirthDate }, parseBirth,
		},
		{weightKey, names("weight", "weight kg", "体重kg", "體重"), true, false, nil, nil},
		{
			"关系", names("relation", "relationship", "与客户关系", "關係"), true, false,
			func(r r) *string { return &r.patient.Relation }, oneOfWords(relationWords()),
		},
		{
			"疫苗", names("vaccination", "vaccines", "vaccine", "疫苗接种", "免疫", "免疫情况", "疫苗接種"), true, false,
			func(r r) *string { return &r.patient.History.Vaccination }, line(1000),
		},
		{
			"驱虫", names("deworming", "驱虫情况", "驅蟲"), true, false,
			func(r r) *string { return &r.patient.History.Deworming }, line(1000),
		},
		{
			"过敏史", names("allergies", "allergy", "过敏", "過敏史", "過敏"), true, false,
			func(r r) *string { return &r.patient.History.Allergies }, line(1000),
		},
		{
			"既往病史", names("illness", "past illness", "history", "medical history", "病史", "既往史", "既往病史"), true, false,
			func(r r) *string { return &r.patient.History.Illness }, line(1000),
		},
		{
			"当前用药", names("medication", "current medication", "medicines", "用药", "正在用药", "當前用藥", "用藥"), true, false,
			func(r r) *string { return &r.patient.History.Medication }, line(1000),
		},
		{
			"病史标签", names("tags", "condition tags", "标签", "病史標籤", "標籤"), true, true,
			func(r r) *string { return &r.tags }, line(500),
		},
		{
			"去世", names("deceased", "died", "date of death", "去世日期", "离世", "是否去世", "已故", "離世"), true, true,
			func(r r) *string { return &r.died }, parseDied,
		},
	}
}

// recallColumns are a column for each recall of the profile: 上次驱虫, last
// deworming, with the day it was last done.
func recallColumns(clinic *config.Clinic) []column {
	var out []column
	for i := range clinic.Recalls {
		k := &clinic.Recalls[i]
		list := []string{"last " + k.ID}
		for _, lang := range config.Languages() {
			list = append(list, "上次"+k.Name.In(lang), "last "+k.Name.In(lang))
		}
		for _, id := range k.Services {
			if s := clinic.Service(id); s != nil && k.Renews() && id == k.Services[0] {
				list = append(list, "上次"+s.Name.In(config.Hans), "上次"+s.Name.In(config.Hant), "last "+s.Name.In(config.English))
			}
		}
		out = append(out, column{"上次" + k.Name.In(config.Hans), list, true, true, func(r *record) *string { return &r.last[i] }, parseDay})
	}
	return out
}

const (
	identifierKey = "客户编号"
	weightKey     = "体重"
)

func names(list ...string) []string { return list }

func describeColumns() string {
	var b strings.Builder
	for _, c := range columns() {
		b.WriteString("  " + c.key + " / " + c.names[0] + "\n")
	}
	return b.String()
}

// plainHeader is a header as names are compared: 体重（kg）* is 体重. What stood
// in brackets is given apart.
func plainHeader(s string) (name, unit string) {
	s = strings.NewReplacer("（", "(", "）", ")", "[", "(", "]", ")", "：", ":").Replace(strings.ToLower(s))
	if open := strings.IndexByte(s, '('); open >= 0 {
		unit = strings.TrimSpace(strings.SplitN(s[open+1:], ")", 2)[0])
		s = s[:open]
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune("*_-:.\ufeff", r) {
			return -1
		}
		return r
	}, s), unit
}

func columnNamed(all []column, header string) *column {
	plain, _ := plainHeader(header)
	for i := range all {
		for _, name := range append([]string{all[i].key}, all[i].names...) {
			if n, _ := plainHeader(name); n == plain && plain != "" {
				return &all[i]
			}
		}
	}
	return nil
}

// header is where each column stands in a file.
type header struct {
	row     int // of the table
	columns []*column
	units   []string
	unknown []cell
}

// findHeader takes the first row that names the client's number: titles often
// stand above it.
func findHeader(t *table, all []column) (header, config.Faults) {
	for i, row := range t.rows[:min(len(t.rows), 10)] {
		if !slices.ContainsFunc(row, func(c cell) bool {
			k := columnNamed(all, c.text)
			return k != nil && k.key == identifierKey
		}) {
			continue
		}
		h := header{row: i, columns: make([]*column, len(row)), units: make([]string, len(row))}
		var faults config.Faults
		seen := map[string]bool{}
		for j, c := range row {
			k := columnNamed(all, c.text)
			switch {
			case c.text == "":
			case k == nil:
				h.unknown = append(h.unknown, c)
			case seen[k.key]:
				faults = append(faults, t.fault(c, c.text, "this column stands here twice"))
			default:
				seen[k.key] = true
				h.columns[j] = k
				_, h.units[j] = plainHeader(c.text)
				if _, known := gramsIn(h.units[j]); k.text == nil && !known {
					faults = append(faults, t.fault(c, c.text, "is in a unit that is none of kg, 公斤, 斤, g"))
				}
			}
		}
		return h, faults
	}
	return header{}, config.Faults{{File: t.file, Line: 1, Column: 1, Message: "no row of the first ten is a header: a column 客户编号 (identifier) is needed"}}
}
