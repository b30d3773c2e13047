/** Twice the mean radius of the Earth, in metres. */
const DIAMETER = 12_742_017.6;

/** The great-circle distance of two points of the map in metres, as an SQL expression over four others in degrees. */
export function metres(latitude: string, longitude: string, toLatitude: string, toLongitude: string): string {
  return `${DIAMETER} * asin(least(1, sqrt(sin(radians(${toLatitude} - ${latitude}) / 2) ^ 2
    + cos(radians(${latitude})) * cos(radians(${toLatitude})) * sin(radians(${toLongitude} - ${longitude}) / 2) ^ 2)))`;
}
