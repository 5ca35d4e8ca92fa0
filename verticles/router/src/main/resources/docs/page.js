// Shows the document that lies beside this page. Nothing is kept in the browser: a typed key is gone with the page.
window.addEventListener("load", () => {
  SwaggerUIBundle({
    url: "docs.json",
    dom_id: "#document",
    deepLinking: true,
    docExpansion: "none",
    filter: true,
    tryItOutEnabled: true,
    displayRequestDuration: true,
    showExtensions: false,
    defaultModelsExpandDepth: 0,
    persistAuthorization: false,
    validatorUrl: null,
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
  });
});
