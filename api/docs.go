package api

import (
	"io/fs"
	"net/http"
	"path"

	"github.com/gin-gonic/gin"
	swaggerFiles "github.com/swaggo/files/v2"
)

// docsPage shows the OpenAPI document. All that it loads is in the binary, as
// offices run closed networks.
const docsPage = `<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>督办 Duban API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`

const docsStart = `SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
});
`

// docsPolicy lets the page load nothing from elsewhere.
const docsPolicy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"

func (s *server) serveDocs(engine *gin.Engine) {
	text := func(mediaType, content string) gin.HandlerFunc {
		return func(c *gin.Context) {
			c.Header("Content-Security-Policy", docsPolicy)
			c.Data(http.StatusOK, mediaType+"; charset=utf-8", []byte(content))
		}
	}
	engine.GET("/docs", text("text/html", docsPage))
	engine.GET("/docs/start.js", text("text/javascript", docsStart))
	for name, mediaType := range map[string]string{"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript", "favicon-32x32.png": "image/png"} {
		engine.GET(path.Join("/docs", name), func(c *gin.Context) {
			content, err := fs.ReadFile(swaggerFiles.FS, name)
			if err != nil {
				s.abort(c, missing())
				return
			}
			c.Data(http.StatusOK, mediaType, content)
		})
	}
}
