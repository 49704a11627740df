// The API document as data: its error codes and, for each chapter, its samples, attributes, names and
// limits, all in its own words. docs/conformance.md is compared with it.

/** Codes and messages, letter for letter. */
export const k_error_messages = {
  9000: 'Client Code is missing from the request.',
  9001: 'API Token is missing from the request.',
  9002: 'The supplied API token does not have permission to perform that request.',
  9003: 'Could not parse the request.',
  9004: 'End Time is a required field.',
  9005: 'The end time value is invalid.',
  9006: 'Plate is a required field.',
  9007: 'The start time value is invalid.',
  9008:
    'Reference ID is required. On a new permit push, a reference id is returned. This is ' +
    'required for updates and deletes.',
  9009: 'Record not found.',
  9010: 'The Plate Type is required.',
  9011: 'The province or state is required.',
  9012: 'The vehicle is already in the database.',
  9013: 'A unique id is required.',
  9014: 'The login source is required.',
  9015: 'The login source is invalid.',
  9016: 'The user e-mail is required.',
  9017: "The user's first name is required.",
  9018: "The user's last name is required.",
  9019: "The user's email address must be unique.",
  9020: "The user's username must be unique.",
  9021: "The vehicle's plate length exceeds 50 characters.",
  9022: 'A record already exists with the supplied details.',
  9030: "The field's maximum number of characters was exceeded.",
  9031: 'The field is required.',
  9032: 'The field has a minimum number of characters.',
  9033: "The field's value is invalid.",
};

const k_token = {
  title: 'apiToken',
  names: ['apiToken'],
  required: 'Required',
  limits: ['50-character alphanumeric including dashes'],
};

const k_reference = {
  title: 'Reference ID',
  names: ['referenceid', 'referenceID', 'reference_id'],
  required: 'Required',
  limits: ['50-character alphanumeric including dashes'],
};

const k_amount = {
  title: 'Amount',
  names: ['amount', 'Amount'],
  required: 'Optional',
  limits: [
    '9-character decimal',
    'at least 3 digits',
    'two of which are penny values',
    'minimum allowable value is $0.01',
    'maximum allowable value is $999999.99',
  ],
};

const k_currency = {
  title: 'Currency',
  names: ['currency', 'CurrencyID'],
  required: 'Optional',
  limits: ['10-characters', 'CAD, USD'],
};

/**
 * `client` is the client code as the chapter writes it; `rules` are promises that its prose makes.
 * `required` stands in brackets before an attribute's description; `limits` has what its row says of
 * its values. `raw` and `javascript` are the bodies of the chapter's two sample requests, as printed
 * but for the line ends of the second.
 */
export const k_chapters = [
  {
    title: 'Pull API: Permit Stats',
    endpoint: 'permits/stats',
    client: 'OC-TOMA',
    raw: '{\n"apiToken": "YOUR-API-TOKEN",\n"zones": "NOT-REQUIRED--LIST-OF-ZONES"\n}',
    javascript: '{ "apiToken" : "YOUR-API-TOKEN" , "zones" : "Lot 01,Lot 02" }',
    rules: [],
    attributes: [
      k_token,
      {
        title: 'zones',
        names: ['zones'],
        required: 'Not Required',
        limits: ['Listed zones match zone names in database', 'Comma delimited list of zones'],
      },
    ],
  },
  {
    title: 'Push API: Permit Delete',
    endpoint: 'permits/delete',
    client: 'OC-TOMA',
    raw: '{ "apiToken": "YOUR-API-TOKEN", "referenceID": "PREVIOUS-REFERENCE-ID" }',
    javascript: '{ "apiToken" : "YOUR-API-TOKEN" , "referenceID" : "PREVIOUS-REFERENCE-ID" }',
    rules: [],
    attributes: [
      k_token,
      k_reference,
    ],
  },
  {
    title: 'Push API: Permit Create',
    endpoint: 'permits/push',
    client: 'OC-TOMA',
    raw:
      '{ "apiToken": "YOUR-API-TOKEN", "Amount": "14.50", "CurrencyID": "CAD", "LicencePlate": ' +
      '"PL8RDR", "zone": "Lot 4", "permitNo": "L4-1138", "startTime": "2018-07-02T09:00:00", ' +
      '"endTime": "2018-07-02T09:30:00" }',
    javascript:
      '{ "apiToken" : "YOUR-API-TOKEN" , "Amount" : "14.50" , "CurrencyID" : "CAD" , ' +
      '"LicencePlate" : "PL8RDR" , "zone" : "Lot 4" , "permitNo" : "L4-1138" , "startTime" : ' +
      '"2018-07-02T09:00:00" , "endTime" : "2018-07-02T09:30:00" }',
    rules: ['Any permit types whether Validator, Temporary or Standard can be feed'],
    attributes: [
      k_token,
      k_amount,
      k_currency,
      {
        title: 'Start Date',
        names: ['startTime', 'StartDateUtc'],
        required: 'Required',
        limits: ['20-characters', 'Y-m-d\\TH:i:s format'],
      },
      {
        title: 'End Date',
        names: ['endTime', 'EndDateUtc'],
        required: 'Required',
        limits: ['20-characters', 'Y-m-d\\TH:i:s format'],
      },
      {
        title: 'License Plate',
        names: ['plate', 'LicencePlate'],
        required: 'Required',
        limits: ['25-characters'],
      },
      {
        title: 'Ticket Number',
        names: ['permitNo', 'TicketNumber'],
        required: 'Optional',
        limits: ['50-characters'],
      },
      {
        title: 'Zone Name',
        names: ['zone', 'ParkingZoneName'],
        required: 'Optional',
        limits: [
          '200-characters',
          'If the zone does not match a zone in our system, it will be a disconnected record',
        ],
      },
    ],
  },
  {
    title: 'Push API: Permit Update',
    endpoint: 'permits/update',
    client: 'OC-TOMA',
    raw:
      '{ "apiToken": "YOUR-API-TOKEN", "referenceID": "PREVIOUS-REFERENCE-ID", "plate": ' +
      '"PL8RDR", "Amount": "14.50", "currency": "CAD", "endTime": "2018-07-02T09:30:00" }',
    javascript:
      '{ "apiToken" : "YOUR-API-TOKEN" , "referenceID" : "PREVIOUS-REFERENCE-ID" , "plate" : ' +
      '"PL8RDR" , "Amount" : "14.50" , "currency" : "CAD" , "endTime" : "2018-07-02T09:30:00" }',
    rules: [],
    attributes: [
      k_token,
      k_reference,
      {
        title: 'End Date',
        names: ['endTime', 'EndDateUtc'],
        required: 'Optional',
        limits: ['20-characters', 'Y-m-d\\TH:i:s format'],
      },
      {
        title: 'License Plate',
        names: ['plate', 'LicencePlate'],
        required: 'Optional',
        limits: ['25-characters'],
      },
      k_amount,
      k_currency,
    ],
  },
  {
    title: 'Push API: Vehicle Create',
    endpoint: 'vehicles/push',
    client: 'OC_TOMA',
    raw:
      '{ "apiToken": "YOUR-API-TOKEN", "plate": "PL8RDR", "plateType": "Motorcycle", "prov": ' +
      '"MA", "make": "8", "type": "3", "colour": "red", "year": "2011", "vin": ' +
      '"8GKS1AKC7FR518845" }',
    javascript:
      '{ "apiToken" : "YOUR-API-TOKEN" , "plate" : "PL8RDR" , "plateType" : "Motorcycle" , ' +
      '"prov" : "MA" , "make" : "kia" , "type" : "commercial" , "colour" : "red" , "year" : ' +
      '"2021" , "vin" : "8GKS1AKC7FR518845" }',
    rules: [],
    attributes: [
      k_token,
      {
        title: 'plate',
        names: ['plate'],
        required: 'Required',
        limits: ['50-character alphanumeric'],
      },
      {
        title: 'plateTypeID',
        names: ['plateTypeID'],
        required: 'One of plateTypeID or plateType is required',
        limits: ['The ID of the VechiclePlateType record'],
      },
      {
        title: 'plateType',
        names: ['plateType'],
        required: 'One of plateTypeID or plateType is required',
        limits: ['50-character alphanumeric including dashes', 'The name of the plate type'],
      },
      {
        title: 'provID',
        names: ['provID'],
        required: 'One of provID or prov is required',
        limits: ['The ID of the state/province'],
      },
      {
        title: 'prov',
        names: ['prov'],
        required: 'One of provID or prov is required',
        limits: [
          '50-character alphanumeric including dashes',
          'The full name of the state/province or the corresponding postal abbreviation',
        ],
      },
      {
        title: 'makeID',
        names: ['makeID'],
        required: 'Optional',
        limits: ['The ID of the vehicle make'],
      },
      {
        title: 'make',
        names: ['make'],
        required: 'Optional',
        limits: ['50-character alphanumeric including dashes'],
      },
      {
        title: 'typeID',
        names: ['typeID'],
        required: 'Optional',
        limits: ['The ID of the vehicle type'],
      },
      {
        title: 'type',
        names: ['type'],
        required: 'Optional',
        limits: ['50-character alphanumeric including dashes'],
      },
      {
        title: 'colourID',
        names: ['colourID'],
        required: 'Optional',
        limits: ['The ID of the vehicle colour'],
      },
      {
        title: 'colour',
        names: ['colour'],
        required: 'Optional',
        limits: ['50-character alphanumeric including dashes'],
      },
      {
        title: 'year',
        names: ['year'],
        required: 'Optional',
        limits: ['4 digit year'],
      },
      {
        title: 'vin',
        names: ['vin'],
        required: 'Optional',
        limits: ['25-characters'],
      },
    ],
  },
  {
    title: 'Pull API: UserType',
    endpoint: 'profiles/types/list',
    client: 'OC_TOMA',
    raw: '{ "apiToken": "YOUR-API-TOKEN", }',
    javascript: '{ "apiToken" : "YOUR-API-TOKEN" }',
    rules: [],
    attributes: [
      k_token,
    ],
  },
  {
    title: 'Push API: User Create/Update',
    endpoint: 'profiles/push',
    client: 'OC_TOMA',
    raw:
      '{ "apiToken": "YOUR-API-TOKEN", "unique_id": "tester23", "login_source": "OPSCOM", ' +
      '"first_name":"firstname", "last_name":"lastname", "user_name":"username", ' +
      '"email":"test@test.com", "street":"123 Main Street, 123 Main Street,123 Main Street,123 ' +
      'Main Street,123 Main Street,123 Main Street", "city":"Everywhere", "province":"bc", ' +
      '"state":"NY", "postal_code":"HOHOHO", "zip":"12345-1212", "street2":"123 General Street", ' +
      '"city2":"Somewhere", "province2":"AB", "state2":"MA", "postal_code2":"A9A9A9", ' +
      '"zip2":"54321-1212", "phone_cell":"613-555-1212", "user_type_id":"6", ' +
      '"employ_no":"employee number: default", "employee_phone":"emp ph. klondike 555", ' +
      '"student_no":"SN 543209854", "student_phone":"999", "driver_licence_num":"QC 99999999", ' +
      '"driver_license_num":"NYNY", "date_of_birth":"1901-01-31", "locker_user_type_id":"3", ' +
      '"driver_licence_prov":"BC", "driver_license_state":"CA" }',
    javascript:
      '{ "apiToken" : "YOUR-API-TOKEN" , "unique_id" : "tester23" , "login_source" : "OPSCOM" , ' +
      '"first_name" : "firstname" , "last_name" : "lastname" , "user_name" : "username" , ' +
      '"email" : "test@test.com" , "street" : "123 Main Street, 123 Main Street,123 Main ' +
      'Street,123 Main Street,123 Main Street,123 Main Street" , "city" : "Everywhere" , ' +
      '"province" : "bc" , "state" : "NY" , "postal_code" : "HOHOHO" , "zip" : "12345-1212" , ' +
      '"street2" : "123 General Street" , "city2" : "Somewhere" , "province2" : "AB" , "state2" ' +
      ': "MA" , "postal_code2" : "A9A9A9" , "zip2" : "54321-1212" , "phone_cell" : ' +
      '"613-555-1212" , "user_type_id" : "6" , "employ_no" : "employee number: default" , ' +
      '"employee_phone" : "emp ph. klondike 555" , "student_no" : "SN 543209854" , ' +
      '"student_phone" : "999" , "driver_licence_num" : "QC 99999999" , "driver_license_num" : ' +
      '"NYNY" , "date_of_birth" : "1901-01-31" , "locker_user_type_id" : "3" , ' +
      '"driver_licence_prov" : "BC" , "driver_license_state" : "CA" }',
    rules: ['push to OPS-COM new users and update existing users'],
    attributes: [
      k_token,
      {
        title: 'Unique ID',
        names: ['unique_id'],
        required: 'Required',
        limits: ['50-character alphanumeric including dashes'],
      },
      {
        title: 'Login Source',
        names: ['login_source'],
        required: 'Required',
        limits: ['20-character alphanumeric including dashes', 'Your supplied login source'],
      },
      {
        title: 'First Name',
        names: ['first_name'],
        required: 'Optional',
        limits: ['50-character alphanumeric including dashes'],
      },
      {
        title: 'Last Name',
        names: ['last_name'],
        required: 'Optional',
        limits: ['50-character alphanumeric including dashes'],
      },
      {
        title: 'User Name',
        names: ['user_name'],
        required: 'Optional',
        limits: ['50-character alphanumeric including dashes', 'Unique username'],
      },
      // The document's table has lost this title and name; its sample and its codes have them.
      {
        title: 'Email',
        names: ['email'],
        required: 'Optional',
        limits: ['100-character alphanumeric including dashes', 'Valid email address'],
      },
      {
        title: 'Street - address 1',
        names: ['street'],
        required: 'Optional',
        limits: [],
      },
      {
        title: 'City - address 1',
        names: ['city'],
        required: 'Optional',
        limits: ['50-character alphanumeric including dashes'],
      },
      {
        title: 'Province - address 1',
        names: ['province', 'state'],
        required: 'Optional',
        limits: ['2-character postal abbreviation'],
      },
      {
        title: 'Postal Code - address 1',
        names: ['postal_code', 'zip'],
        required: 'Optional',
        limits: ['20-character alphanumeric including dashes'],
      },
      {
        title: 'Street - address 2',
        names: ['street2'],
        required: 'Optional',
        limits: ['20-character alphanumeric including dashes'],
      },
      {
        title: 'City - address 2',
        names: ['city2'],
        required: 'Optional',
        limits: ['50-character alphanumeric including dashes'],
      },
      {
        title: 'Province - address 2',
        names: ['province2', 'state2'],
        required: 'Optional',
        limits: ['2-character postal abbreviation'],
      },
      {
        title: 'Postal_Code - address 2',
        names: ['postal_code2', 'zip2'],
        required: 'Optional',
        limits: ['20-character alphanumeric including dashes'],
      },
      {
        title: 'Cell phone number',
        names: ['phone_cell'],
        required: 'Optional',
        limits: ['20-character alphanumeric including dashes'],
      },
      {
        title: 'User Type ID',
        names: ['user_type_id'],
        required: 'Optional',
        limits: ['Id number of UserType'],
      },
      {
        title: 'Employee Number',
        names: ['employ_no'],
        required: 'Optional',
        limits: ['50-character alphanumeric including dashes'],
      },
      {
        title: 'Employee phone number',
        names: ['employee_phone'],
        required: 'Optional',
        limits: ['50-character alphanumeric including dashes'],
      },
      {
        title: 'Student number',
        names: ['student_no'],
        required: 'Optional',
        limits: ['50-character alphanumeric including dashes'],
      },
      {
        title: 'Student phone number',
        names: ['student_phone'],
        required: 'Optional',
        limits: ['50-character alphanumeric including dashes'],
      },
      {
        title: 'Driver licence number',
        names: ['driver_licence_num', 'driver_license_num'],
        required: 'Optional',
        limits: ['255-character alphanumeric including dashes'],
      },
      {
        title: 'Date of Birth',
        names: ['date_of_birth'],
        required: 'Optional',
        limits: ["10-character date in format 'yyyy-mm-dd'"],
      },
      {
        title: 'Locker User Type ID',
        names: ['locker_user_type_id'],
        required: 'Optional',
        limits: ['Id number of LockerUserType'],
      },
      {
        title: "Driver's licence province",
        names: ['driver_licence_prov', 'driver_license_state'],
        required: 'Optional',
        limits: ['2-character postal abbreviation'],
      },
    ],
  },
  {
    title: 'Pull API: Overdue Violations',
    endpoint: 'violations/send_overdue_to_collections',
    client: 'OC_TOMA',
    raw: '{ "apiToken": "YOUR-API-TOKEN", }',
    javascript: '{ "apiToken" : "YOUR-API-TOKEN" }',
    rules: [
      'all overdue violations that have not been sent to collections yet',
      'mark them as having been sent to collections',
      'subsequent calls to the API will not get the same information more than once',
    ],
    attributes: [
      k_token,
    ],
  },
];

/** The chapter that describes an endpoint. */
export function chapterOf(endpoint) {
  return k_chapters.find((chapter) => chapter.endpoint === endpoint);
}
