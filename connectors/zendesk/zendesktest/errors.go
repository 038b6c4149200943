package zendesktest

import "net/http"

func notFound() reply {
	return reply{status: http.StatusNotFound, body: obj{"error": "RecordNotFound", "description": "Not found"}}
}

// invalid is what an answer says of a value that it will not have.
type invalid struct{ field, detail string }

// refuse answers that a record is invalid, in the shape of
// https://developer.zendesk.com/api-reference/introduction/errors/.
func refuse(all ...invalid) reply {
	details := obj{}
	for _, i := range all {
		list, _ := details[i.field].([]obj)
		details[i.field] = append(list, obj{"description": i.detail, "error": "InvalidValue"})
	}
	return reply{status: http.StatusUnprocessableEntity, body: obj{"error": "RecordInvalid", "description": "Record validation errors", "details": details}}
}

func badRequest(kind, detail string) reply {
	return reply{status: http.StatusBadRequest, body: obj{"error": kind, "description": detail}}
}
