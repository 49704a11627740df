// The example is for this server, whatever its address.
document.getElementById('origin').textContent = location.origin;
