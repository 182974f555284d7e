package cmd

import (
	"context"
	"maps"
	"slices"

	"zhenban/models"
)

// plan compares the rows with what is on record: records are found by the
// clinic's own numbers, a patient without one by its client and name.
func (im *clientsImport) plan(ctx context.Context, store *models.Store, records []*record) (*clientsPlan, error) {
	m := &merge{im: im, store: store, clientRows: map[string]*record{}, patientRows: map[string]*record{}, named: map[[2]string]*record{}}
	clientIDs, patientIDs := m.gather(records)
	var err error
	if m.clients, err = store.ClientsByIdentifiers(ctx, clientIDs); err != nil {
		return nil, err
	}
	if m.patients, err = store.PatientsByIdentifiers(ctx, patientIDs); err != nil {
		return nil, err
	}
	var ids []string
	for _, c := range m.clients {
		ids = append(ids, c.ID)
	}
	slices.Sort(ids)
	list, err := store.PatientsOfClients(ctx, ids)
	if err != nil {
		return nil, err
	}
	m.byName = map[[2]string][]models.Patient{}
	for _, p := range list {
		key := [2]string{p.ClientID, p.Name}
		m.byName[key] = append(m.byName[key], p)
	}
	m.owners = map[string]string{} // client ID by number, new ones too
	for _, number := range m.order {
		m.client(number, m.clientRows[number])
	}
	for _, r := range records {
		if r.has() && r.client.Identifier != "" {
			m.patient(r)
		}
	}
	return &m.out, im.err()
}

// merge is the state of one comparison.
type merge struct {
	im          *clientsImport
	store       *models.Store
	order       []string           // clients' numbers as they first stand in the file
	clientRows  map[string]*record // what all rows of a client say together
	patientRows map[string]*record // by the patient's number
	named       map[[2]string]*record
	clients     map[string]models.Client
	patients    map[string]models.Patient
	byName      map[[2]string][]models.Patient // client ID, name
	owners      map[string]string
	out         clientsPlan
}

// gather puts the rows of each client together and finds rows that
// contradict each other or tell of one patient twice.
func (m *merge) gather(records []*record) (clients, patients []string) {
	for _, r := range records {
		number := r.client.Identifier
		if number == "" {
			continue
		}
		if first := m.clientRows[number]; first == nil {
			m.order = append(m.order, number)
			m.clientRows[number] = &record{at: r.at, client: r.client, given: maps.Clone(r.given), broken: r.broken}
		} else {
			first.broken = first.broken || r.broken
			m.join(first, r)
		}
		m.once(r)
	}
	for number := range m.patientRows {
		patients = append(patients, number)
	}
	slices.Sort(patients)
	return m.order, patients
}

func (m *merge) join(first, r *record) {
	for _, k := range m.im.columns {
		c, given := r.given[k.key]
		if k.patient || !given {
			continue
		}
		before, already := first.given[k.key]
		if !already {
			first.given[k.key] = c
			*k.text(first) = *k.text(r)
		} else if *k.text(first) != *k.text(r) {
			m.im.fault(c, k.key, "is another than on line %d, which has the same %s", before.line, identifierKey)
		}
	}
}

// once faults a patient that stands in the file twice.
func (m *merge) once(r *record) {
	if !r.has() {
		return
	}
	if number := r.patient.Identifier; number != "" {
		if before := m.patientRows[number]; before != nil {
			m.im.fault(r.given["患者编号"], "患者编号", "%q stands on line %d already", number, before.at.line)
			return
		}
		m.patientRows[number] = r
	}
	if r.patient.Name == "" {
		return
	}
	key := [2]string{r.client.Identifier, r.patient.Name}
	before := m.named[key]
	if before != nil && (before.patient.Identifier == "" || r.patient.Identifier == "") {
		m.im.fault(r.given["患者姓名"], "患者姓名", "this client's patient stands on line %d already; two of one name need a 患者编号 each", before.at.line)
		return
	}
	m.named[key] = r
}

func (m *merge) client(number string, r *record) {
	old, known := m.clients[number]
	next := old
	if known {
		m.out.knownClients++
	} else {
		next = models.Client{ID: m.store.NewID(m.im.now), Identifier: number}
		m.out.newClients++
	}
	scratch := &record{client: next}
	for _, k := range m.im.columns {
		if _, given := r.given[k.key]; given && !k.patient {
			*k.text(scratch) = *k.text(r)
		}
	}
	next = scratch.client
	next.Verified = true
	if next.Name == "" && !r.broken {
		m.im.fault(r.at, "姓名", "is missing")
	}
	m.owners[number] = next.ID
	if next != old {
		m.out.clients = append(m.out.clients, next)
	}
}

func (m *merge) patient(r *record) {
	owner := m.owners[r.client.Identifier]
	old, known := m.patients[r.patient.Identifier]
	if !known && r.patient.Name != "" {
		old, known = m.byItsName(r, owner)
	}
	next := old
	if known {
		m.out.knownPatients++
	} else {
		next = models.Patient{ID: m.store.NewID(m.im.now)}
		m.out.newPatients++
	}
	if known && old.ClientID != owner {
		if !m.im.reassign {
			m.im.fault(r.given["患者编号"], "患者编号", "%q belongs to another client on record; --reassign moves it, with all it has", r.patient.Identifier)
			return
		}
		m.out.moved++
	}
	scratch := &record{patient: next}
	for _, k := range m.im.columns {
		if _, given := r.given[k.key]; !given || !k.patient || k.beside {
			continue
		}
		if k.text == nil {
			scratch.patient.WeightGrams = r.patient.WeightGrams
		} else {
			*k.text(scratch) = *k.text(r)
		}
	}
	next = scratch.patient
	next.ClientID, next.Kind = owner, r.patient.Kind
	if next.Name == "" && !r.broken {
		m.im.fault(r.at, "患者姓名", "is missing")
	}
	if next.Kind == "person" && next.Relation == "" && next.Name == m.clientRows[r.client.Identifier].client.Name {
		next.Relation = "self"
	}
	if next != old {
		m.out.patients = append(m.out.patients, next)
	}
	m.care(r, next)
}

// byItsName finds a client's patient without a number, or known by name before
// it was given one.
func (m *merge) byItsName(r *record, owner string) (models.Patient, bool) {
	key := [2]string{owner, r.patient.Name}
	list := slices.DeleteFunc(slices.Clone(m.byName[key]), func(p models.Patient) bool {
		return p.Identifier != "" && r.patient.Identifier != ""
	})
	switch {
	case len(list) == 0:
		return models.Patient{}, false
	case len(list) > 1:
		m.im.fault(r.given["患者姓名"], "患者姓名", "%d patients on record have this name: give the 患者编号", len(list))
		return models.Patient{}, false
	}
	m.byName[key] = slices.DeleteFunc(m.byName[key], func(p models.Patient) bool { return p.ID == list[0].ID })
	return list[0], true
}
