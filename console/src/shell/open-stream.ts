/**
 * Opens a server's event stream that ends with the page. A page that the browser keeps for going back would keep its connection too,
 * for a minute, and six of them are all that a browser gives one host over HTTP/1.1. A page that comes back reads itself anew.
 */
export const openStream = (url: string): EventSource => {
  const stream = new EventSource(url);
  addEventListener('pagehide', () => stream.close(), { once: true });
  addEventListener('pageshow', (event) => event.persisted && location.reload());
  return stream;
};
