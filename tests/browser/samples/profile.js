var request = new XMLHttpRequest();
request.open('POST', 'https://controller.operationscommander.io/api/OC_TOMA/v1/profiles/push');
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
  "unique_id": "tester23",
  "login_source": "OPSCOM",
  "first_name": "firstname",
  "last_name": "lastname",
  "user_name": "username",
  "email": "test@test.com",
  "street": "123 Main Street, 123 Main Street,123 Main Street,123 Main Street,123 Main Street,123 Main Street",
  "city": "Everywhere",
  "province": "bc",
  "state": "NY",
  "postal_code": "HOHOHO",
  "zip": "12345-1212",
  "street2": "123 General Street",
  "city2": "Somewhere",
  "province2": "AB",
  "state2": "MA",
  "postal_code2": "A9A9A9",
  "zip2": "54321-1212",
  "phone_cell": "613-555-1212",
  "user_type_id": "6",
  "employ_no": "employee number: default",
  "employee_phone": "emp ph. klondike 555",
  "student_no": "SN 543209854",
  "student_phone": "999",
  "driver_licence_num": "QC 99999999",
  "driver_license_num": "NYNY",
  "date_of_birth": "1901-01-31",
  "locker_user_type_id": "3",
  "driver_licence_prov": "BC",
  "driver_license_state": "CA"
}
request.send(JSON.stringify(body));
