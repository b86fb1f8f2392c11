"""A OneRoster package as another system writes it, laid out as the CSV binding 1.2.1 has it."""

# ruff: noqa: E501 - files as another system writes them

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from zipfile import ZipFile

from meihao.records.registry.people.identity import Identity
from tests.records.registry.importing.lists import PLACE

FILES = ("academicSessions", "classes", "courses", "demographics", "enrollments", "orgs", "roles", "users")
OTHERS = (
    *("categories", "classResources", "courseResources", "lineItemLearningObjectiveIds", "lineItems"),
    *("lineItemScoreScales", "resources", "resultLearningObjectiveIds", "results", "resultScoreScales"),
    *("scoreScales", "userProfiles", "userResources"),
)


@dataclass
class Foreign:
    """Files with the columns of the binding in its order, extensions last; `modes` is what the manifest says."""

    code: str
    name: str
    child: Identity
    texts: dict[str, str] = field(default_factory=dict)
    modes: dict[str, str] = field(default_factory=dict)

    def written(self) -> Foreign:
        """A school with a class and a pupil."""
        sex = "male" if int(self.child.id_number[16]) % 2 else "female"
        texts = {
            "orgs": "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId,metadata.schoolType,metadata.note\n"
            f'D,,,"某区",district,{PLACE},,,"两行\n说明"\nS,,,"{self.name}",school,{self.code},D,小学,"引号""里"\n',
            "academicSessions": "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear\n"
            "Y,,,2024,schoolYear,2024-09-01,2025-09-01,,2025\nT,,,上学期,term,2024-09-01,2025-01-20,Y,2025\n",
            "courses": "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes\n"
            "C,,,Y,班会,HR,03,S,,\n",
            "classes": "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods\n"
            'K,,,"三（2）班\n东楼",03,C,2,homeroom,,S,"Y,T",,,"1,3,5"\n',
            "users": "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns,metadata.idNumber,metadata.bus\n"
            f'U,,,true,u,"{{LDAP:u}},{{LTI:9}}",虚,柳,,{self.child.student_number},,,,,03,,,,,,S,,{self.child.id_number},三号线\n',
            "roles": "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId\n"
            "R,,,U,primary,student,2024-09-01,,S,\n",
            "enrollments": "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate\n"
            "E,,,K,S,U,student,,2024-09-01,\n",
            "demographics": "sourcedId,status,dateLastModified,birthDate,sex,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus\n"
            f"U,,,,{sex},,,,,,,,,,,\n",
        }
        return replace(self, texts=texts)

    def but(self, **texts: str) -> Foreign:
        """The same with other files."""
        return replace(self, texts=self.texts | texts)

    def without(self, *files: str) -> Foreign:
        """The same without some files, as the manifest says too."""
        return replace(self, texts={name: text for name, text in self.texts.items() if name not in files})

    def packed(self) -> bytes:
        """With a mark of the encoding and line ends as Windows has them."""
        said = {one: "bulk" if one in self.texts else "absent" for one in (*FILES, *OTHERS)} | self.modes
        manifest = "propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\n" + "".join(
            f"file.{one},{mode}\n" for one, mode in said.items()
        )
        data = io.BytesIO()
        with ZipFile(data, "w") as archive:
            for one, text in {"manifest": manifest, **self.texts}.items():
                archive.writestr(f"{one}.csv", "\ufeff" + text.replace("\n", "\r\n"))
        return data.getvalue()
