var request = new XMLHttpRequest();
request.open('POST', 'https://controller.operationscommander.io/api/OC_TOMA/v1/violations/send_overdue_to_collections');
request.setRequestHeader('Content-Type', 'application/json');
request.setRequestHeader('Accept', 'application/json');
request.onreadystatechange = function () {
  if (this.readyState === 4) {
    console.log('Status:', this.status);
    console.log('Headers:', this.getAllResponseHeaders());
    console.log('Body:', this.responseText);
  }
};
var body = {
  "apiToken": "YOUR-API-TOKEN"
}
request.send(JSON.stringify(body));
