// Draws each [data-map] from its JSON with Leaflet: dots on plain ground, no tiles, no other host.
"use strict";

const hue = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

// Leaflet takes a text for markup, and an element as it is
function named(name) {
  const words = document.createElement("span");
  words.textContent = name;
  return words;
}

for (const ground of document.querySelectorAll("[data-map]")) {
  const shown = JSON.parse(document.getElementById(ground.dataset.map).textContent);
  const map = L.map(ground, {
    attributionControl: false, zoomControl: false, scrollWheelZoom: false, zoomAnimation: false, fadeAnimation: false,
    markerZoomAnimation: false, zoomSnap: 0.25, inertia: false, maxZoom: 16,
  });
  L.control.zoom({ zoomInTitle: shown.in, zoomOutTitle: shown.out }).addTo(map);
  map.fitBounds(L.latLngBounds(shown.places.map((place) => place.at)).pad(0.1));
  for (const place of shown.places) {
    L.circleMarker(place.at, {
      radius: 5, weight: 2, color: hue("accent"), fillColor: place.hollow ? hue("paper") : hue("accent"), fillOpacity: 1,
    }).bindTooltip(named(place.name), { className: "map-name", offset: [8, 0] })
      .on("click", () => { window.location = place.href; }).addTo(map);
  }
  for (const area of shown.areas) {
    const icon = L.divIcon({ className: "map-area", iconSize: null });
    const label = L.marker(area.at, { icon, interactive: false, keyboard: false }).addTo(map);
    label.getElement().textContent = area.name;
  }
}
