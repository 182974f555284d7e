package talk

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// A script is a golden transcript without its answers. Lines of it:
//
//	# a remark
//	[preset general]      also [now 2026-11-22 22:30], [public https://…], [zone America/New_York] and [staff], each on a line of its own before anything is said
//	> text                the client says          >> text        the desk says
//	[tap 2]               picks an option          [desk tap 2]   and so for the desk
//	[event follow SCENE]  also scan, unfollow, block, unblock
//	[image] [image NAME CAPTION] [voice TEXT] [sticker] [file NAME] [location] [phone NUMBER]   for what an image can be, see photo
//	[contact other]       from now on the client is another person
//	[locale en] [name Anna]   what the platform tells of the client
//	[deaf left]           nothing sent to the client arrives: left, blocked, window, failed, or maybe; [deaf] ends it
//	[advance 40m]         moves the clock, then delivers what is due
//	[record PHONE OWNER PET:SPECIES …]   a client of the clinic's own records; the patients' numbers are P, the end of the phone, and 1, 2 …
//	[explain ANALYTE]     the clinic approves how a value is explained
//	[birth PATIENT DATE [male|female]]   what the record says of a patient
//	[lab PATIENT …]       the laboratory posts a report, see lab
//	[member PHONE TIER]   … who has a tier
//	[approve tips]        somebody approved all care tips of the preset; [approve knowledge] all entries; [approve plans] all texts of plans;
//	                      [approve recalls] what reminders give as the reason, [approve bands] what scores mean, [approve consents] what clients agree to and choose between
//	[code PHONE]          the desk hands out a binding code: CODE-1 …
//	[join NAME ROLE [PRACTITIONER]]      a staff code for a new member of staff
//	[bulk 1]              messages to many go out one at a time, with each [advance]
//	[case KIND ROLE,ROLE 2h Key=Value …] somebody opens a case
//
// Everything else is an answer, and is written again.

// Setup reads the lines that say how the clinic starts.
func Setup(script string) (o Options, err error) {
	for _, line := range strings.Split(script, "\n") {
		verb, arg, ok := directive(line)
		switch {
		case !ok:
			continue
		case verb == "preset":
			o.Preset = arg
		case verb == "staff":
			o.Staff = true
		case verb == "public":
			o.Public = arg
		case verb == "zone":
			o.Zone = arg
		case verb == "now":
			zone, err := time.LoadLocation(cmp.Or(o.Zone, "Asia/Shanghai"))
			if err != nil {
				return o, err
			}
			if o.Now, err = time.ParseInLocation("2006-01-02 15:04", arg, zone); err != nil {
				return o, err
			}
		}
	}
	return o, nil
}

// Run plays a script and returns the transcript.
func (k *Talk) Run(script string) string {
	k.T.Helper()
	client := Client
	for i, line := range strings.Split(script, "\n") {
		line = strings.TrimRight(line, " \r")
		verb, arg, isDirective := directive(line)
		switch {
		case strings.HasPrefix(line, "#"):
			k.echo(line)
		case strings.HasPrefix(line, ">>"):
			k.echo(line)
			k.Say(Desk, strings.TrimSpace(line[2:]))
		case strings.HasPrefix(line, ">"):
			k.echo(line)
			k.Say(client, strings.ReplaceAll(strings.TrimSpace(line[1:]), `\n`, "\n"))
		case isDirective:
			k.echo(line)
			who := client
			if verb == "desk" {
				who = Desk
				verb, arg, _ = strings.Cut(arg, " ")
			}
			if verb == "contact" {
				client = arg
			} else if err := k.direct(who, verb, arg); err != nil {
				k.T.Fatalf("line %d: %s: %v", i+1, line, err)
			}
		}
	}
	return k.Transcript()
}

func directive(line string) (verb, arg string, ok bool) {
	line = strings.TrimRight(line, " \r")
	if !strings.HasPrefix(line, "[") || !strings.HasSuffix(line, "]") {
		return "", "", false
	}
	verb, arg, _ = strings.Cut(line[1:len(line)-1], " ")
	return verb, strings.TrimSpace(arg), true
}

func (k *Talk) echo(line string) {
	if k.out.Len() > 0 && !strings.HasPrefix(line, "#") {
		k.out.WriteString("\n")
	}
	k.out.WriteString(line + "\n")
}

// set changes how a phone is from now on.
func (k *Talk) set(who, what, value string) {
	switch what {
	case "deaf":
		k.deaf[who] = value
	case "locale":
		k.phone(who).locale = value
	case "name":
		k.phone(who).name = value
	}
}

func (k *Talk) direct(who, verb, arg string) error {
	k.T.Helper()
	switch verb {
	case "preset", "now", "staff", "public", "zone": // read by Setup
	case "tap":
		n, err := strconv.Atoi(arg)
		if err != nil {
			return err
		}
		k.Tap(who, n)
	case "event":
		event, scene, _ := strings.Cut(arg, " ")
		kind, code, _ := strings.Cut(scene, "_")
		if code != "" {
			scene = kind + "_" + k.names.real(code)
		}
		k.Send(who, bot.Inbound{Kind: bot.KindEvent, Event: bot.Event(event), Scene: scene})
	case "image":
		name, words, _ := strings.Cut(arg, " ")
		k.Send(who, bot.Inbound{Kind: bot.KindImage, Text: words, Media: photo(name)})
	case "sticker", "location":
		k.Send(who, bot.Inbound{Kind: bot.Kind(verb), Media: &bot.Media{}})
	case "file":
		k.Send(who, bot.Inbound{Kind: bot.KindFile, Media: document(arg)})
	case "voice", "phone":
		k.Send(who, bot.Inbound{Kind: bot.Kind(verb), Text: arg})
	case "deaf", "locale", "name":
		k.set(who, verb, arg)
	case "advance":
		d, err := time.ParseDuration(arg)
		if err != nil {
			return err
		}
		k.Advance(d)
	case "record":
		return k.record(arg)
	case "bulk":
		n, err := strconv.Atoi(arg)
		k.bulk = n
		return err
	case "lab":
		return k.lab(arg)
	case "explain":
		return k.explain(arg)
	case "birth":
		return k.birth(arg)
	case "code":
		client, err := k.clientByPhone(arg)
		if err != nil {
			return err
		}
		k.issue(models.CodeBind, client.ID)
	case "join":
		return k.join(arg)
	case "member":
		phone, tier, _ := strings.Cut(arg, " ")
		return k.member("client-"+phone, tier)
	case "approve":
		return k.approve(arg)
	case "case":
		return k.openCase(arg)
	default:
		return fmt.Errorf("no such line")
	}
	return nil
}

func (k *Talk) record(arg string) error {
	fields := strings.Fields(arg)
	if len(fields) < 2 {
		return fmt.Errorf("wants a phone and a name")
	}
	c := models.Client{ID: "client-" + fields[0], Identifier: "C" + fields[0], Phone: fields[0], Name: fields[1], Verified: true}
	writes := []models.Write{func(_ context.Context, tx *models.Tx) error { return tx.SaveClient(c) }}
	for i, f := range fields[2:] {
		name, species, _ := strings.Cut(f, ":")
		p := models.Patient{ID: fmt.Sprintf("patient-%s-%d", strings.TrimPrefix(fields[0], "+"), i+1), ClientID: c.ID, Name: name, Species: species, Kind: "pet"}
		p.Identifier = fmt.Sprintf("P%s%d", fields[0][max(0, len(fields[0])-4):], i+1)
		if species == "" || strings.Contains("self child parent spouse other", species) {
			p.Kind, p.Species, p.Relation = "person", "", species
		}
		writes = append(writes, func(_ context.Context, tx *models.Tx) error { return tx.SavePatient(p) })
	}
	return k.Store.Do(context.Background(), writes...)
}

func (k *Talk) clientByPhone(phone string) (models.Client, error) {
	list, err := k.Store.ClientsByPhone(context.Background(), phone)
	if err == nil && len(list) == 0 {
		err = models.ErrNotFound
	}
	if err != nil {
		return models.Client{}, err
	}
	return list[0], nil
}

func (k *Talk) member(id, tier string) error {
	c, err := k.Store.ClientByID(context.Background(), id)
	if err != nil {
		return err
	}
	c.Tier = tier
	return k.Store.Do(context.Background(), func(_ context.Context, tx *models.Tx) error { return tx.SaveClient(c) })
}

func (k *Talk) approve(what string) error {
	switch what {
	case "knowledge":
		return k.approveKnowledge()
	case "bands":
		return k.approveBands()
	case "consents":
		return k.approveConsents()
	case "recalls":
		return k.approveRecalls()
	case "plans":
		return k.approvePlans()
	}
	return k.approveTips()
}

func (k *Talk) approveTips() error {
	return k.Store.Do(context.Background(), func(_ context.Context, tx *models.Tx) error {
		for i := range k.Clinic.Tips.Entries {
			e := &k.Clinic.Tips.Entries[i]
			if err := tx.Decide(models.Approval{Kind: "tip", ID: e.ID, Hash: e.Hash(), Approved: true, By: "staff"}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (k *Talk) approveRecalls() error {
	return k.Store.Do(context.Background(), func(_ context.Context, tx *models.Tx) error {
		for i := range k.Clinic.Recalls {
			r := &k.Clinic.Recalls[i]
			if err := tx.Decide(models.Approval{Kind: config.RecallTexts, ID: r.ID, Hash: r.Hash(), Approved: true, By: "staff"}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (k *Talk) approveKnowledge() error {
	return k.Store.Do(context.Background(), func(_ context.Context, tx *models.Tx) error {
		for i := range k.Clinic.Profile.Knowledge {
			e := &k.Clinic.Profile.Knowledge[i]
			if err := tx.Decide(models.Approval{Kind: "knowledge", ID: e.ID, Hash: e.Hash(), Approved: true, By: "staff"}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (k *Talk) approveBands() error {
	return k.Store.Do(context.Background(), func(_ context.Context, tx *models.Tx) error {
		for _, f := range k.Clinic.Scores() {
			for i := range f.Bands {
				b := &f.Bands[i]
				if err := tx.Decide(models.Approval{Kind: config.BandTexts, ID: f.BandID(b), Hash: b.Hash(), Approved: true, By: "staff"}); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (k *Talk) approveConsents() error {
	return k.Store.Do(context.Background(), func(_ context.Context, tx *models.Tx) error {
		for i := range k.Clinic.Consents {
			c := &k.Clinic.Consents[i]
			if err := tx.Decide(models.Approval{Kind: outreach.ApprovalConsent, ID: c.ID, Hash: c.Hash(), Approved: true, By: "staff"}); err != nil {
				return err
			}
		}
		for i := range k.Clinic.Treatments {
			c := &k.Clinic.Treatments[i]
			if err := tx.Decide(models.Approval{Kind: outreach.ApprovalTreatment, ID: c.ID, Hash: c.Hash(), Approved: true, By: "staff"}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (k *Talk) approvePlans() error {
	return k.Store.Do(context.Background(), func(_ context.Context, tx *models.Tx) error {
		for i := range k.Clinic.Plans {
			for _, x := range k.Clinic.Plans[i].Texts() {
				if err := tx.Decide(models.Approval{Kind: outreach.CourseNotes, ID: x.ID, Hash: x.Hash(), Approved: true, By: "staff"}); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (k *Talk) join(arg string) error {
	fields := append(strings.Fields(arg), "")
	if len(fields) < 3 {
		return fmt.Errorf("wants a name and a role")
	}
	m := models.Staff{ID: "staff-" + fields[0], Name: fields[0], Role: models.Role(fields[1]), Practitioner: fields[2]}
	if err := k.Store.Do(context.Background(), func(_ context.Context, tx *models.Tx) error { return tx.AddStaff(m) }); err != nil {
		return err
	}
	k.issue(models.CodeStaff, m.ID)
	return nil
}

func (k *Talk) issue(purpose, subject string) {
	code := models.NewCode()
	k.Do(func(_ context.Context, tx *models.Tx) error {
		return tx.IssueCode(code, purpose, subject, "talk", tx.Now.Add(models.CodeLife))
	})
	fmt.Fprintf(&k.out, "(%s)\n", k.names.shown(code))
}

func (k *Talk) openCase(arg string) error {
	fields := strings.Fields(arg)
	if len(fields) < 3 {
		return fmt.Errorf("wants a kind, roles and a time")
	}
	within, err := time.ParseDuration(fields[2])
	if err != nil {
		return err
	}
	book, err := texts()
	if err != nil {
		return err
	}
	c := models.Case{
		Key: "talk:" + arg, Kind: fields[0], ContactID: Channel + ":" + Client, DueAt: k.Clock.Now().Add(within), Details: map[string]string{},
	}
	for role := range strings.SplitSeq(fields[1], ",") {
		c.Roles = append(c.Roles, models.Role(role))
	}
	for _, f := range fields[3:] {
		key, value, _ := strings.Cut(f, "=")
		c.Details[key] = value
	}
	speaker := outreach.Speaker{Book: book, Language: k.Clinic.Language, Clinic: k.Clinic.Clinic}
	err = k.Store.Do(context.Background(), func(_ context.Context, tx *models.Tx) error { return speaker.OpenCase(tx, c) })
	k.Drain()
	return err
}
