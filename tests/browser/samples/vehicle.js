var request = new XMLHttpRequest();
request.open('POST', 'https://controller.operationscommander.io/api/OC_TOMA/v1/vehicles/push');
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
  "plate": "PL8RDR",
  "plateType": "Motorcycle",
  "prov": "MA",
  "make": "kia",
  "type": "commercial",
  "colour": "red",
  "year": "2021",
  "vin": "8GKS1AKC7FR518845"
}
request.send(JSON.stringify(body));
