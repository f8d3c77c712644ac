// A page that nobody looks at gets its own timers once a minute; those of a worker go on.
setInterval(() => postMessage(0), 1000);
