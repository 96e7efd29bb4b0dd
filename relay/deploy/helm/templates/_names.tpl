{{- /* The labels of everything, and those that select the relay's pods. */ -}}
{{- define "ais-relay.labels" -}}
{{ include "ais-relay.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}

{{- define "ais-relay.selector" -}}
app.kubernetes.io/name: ais-relay
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
