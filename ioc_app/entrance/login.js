// A link into the campus keeps what it shows behind '#', which no server is told: carry it through the login.
const next = document.querySelector('input[name=next]');
if (next && window.location.hash && !next.value.includes('#')) next.value += window.location.hash;
