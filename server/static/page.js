// Starts GraphiQL with the configuration that the server wrote into the page.
(() => {
  const { endpoint, token, tabs } = JSON.parse(document.getElementById("configuration").textContent);

  // A visitor's own Authorization header replaces the page's token: one may ask as any role.
  const headersOf = (own) => {
    const headers = new Headers({ "content-type": "application/json", accept: "application/json" });
    if (token) headers.set("authorization", `Bearer ${token}`);
    for (const [name, value] of Object.entries(own ?? {})) headers.set(name, value);
    return headers;
  };

  const fetcher = async (operation, options) => {
    const response = await fetch(endpoint, {
      method: "POST",
      headers: headersOf(options?.headers),
      body: JSON.stringify(operation),
    });
    return response.json();
  };

  ReactDOM.createRoot(document.getElementById("graphiql")).render(
    React.createElement(GraphiQL, {
      fetcher,
      defaultTabs: tabs.map((query) => ({ query })),
      defaultEditorToolsVisibility: false,
      shouldPersistHeaders: false,
    }),
  );
})();
