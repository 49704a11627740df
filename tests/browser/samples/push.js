var request = new XMLHttpRequest();
request.open('POST', 'https://controller.operationscommander.io/api/OC-TOMA/v1/permits/push');
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
  "apiToken": "YOUR-API-TOKEN",
  "Amount": "14.50",
  "CurrencyID": "CAD",
  "LicencePlate": "PL8RDR",
  "zone": "Lot 4",
  "permitNo": "L4-1138",
  "startTime": "2018-07-02T09:00:00",
  "endTime": "2018-07-02T09:30:00"
}
request.send(JSON.stringify(body));
