package rfc5322

import (
	"path"
	"strings"
)

// mediaTypes are those of file names where a mail says nothing better.
var mediaTypes = map[string]string{
	".txt": "text/plain", ".htm": "text/html", ".html": "text/html", ".csv": "text/csv", ".rtf": "application/rtf",
	".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif", ".bmp": "image/bmp",
	".tif": "image/tiff", ".tiff": "image/tiff", ".svg": "image/svg+xml", ".pdf": "application/pdf", ".zip": "application/zip",
	".gz": "application/gzip", ".doc": "application/msword", ".xls": "application/vnd.ms-excel",
	".ppt":  "application/vnd.ms-powerpoint",
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	".ics":  "text/calendar", ".vcf": "text/vcard", ".eml": "message/rfc822", ".mp3": "audio/mpeg", ".mp4": "video/mp4",
}

// typeOfName guesses a media type from a file name.
func typeOfName(name string) string {
	if t, ok := mediaTypes[strings.ToLower(path.Ext(name))]; ok {
		return t
	}
	return "application/octet-stream"
}
